import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { fails, runRows } from './command-row.ts';
import { eventually } from './eventually.ts';
import { Kubectl, OWN_KUBECTL } from './kubectl.ts';
import { drivenKubectls } from './kubectl-binaries.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { BUSYBOX, pod, shell } from './objects.ts';
import { RunningCommand } from './running-command.ts';

const SPDY = ['KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false'];
/** Those before 1.30 speak SPDY only, those before 1.31 unless told otherwise. */
const clients: readonly (readonly [string, string | readonly string[], readonly string[]])[] = [
  ['own', OWN_KUBECTL, []],
  ...drivenKubectls(['1.27', '1.29', '1.31', '1.33']).map(([version, binary]) => [version, binary, []] as const),
  ...(process.env['TIPHYS_KUBECTLS'] === 'all' ? drivenKubectls(['1.33']) : []).map(
    ([version, binary]) => [`${version}-spdy`, binary, SPDY] as const,
  ),
];

const kept = { volumeMounts: [{ name: 'kept', mountPath: '/kept' }] };
const PODS = [
  pod('sh', shell('sleep 600')),
  pod(
    'chatty',
    {},
    {
      containers: [shell('echo first; echo last; sleep 600'), { ...shell('echo aside; sleep 600'), name: 'side' }],
    },
  ),
  pod('again', shell('echo run; [ -e /kept/x ] && sleep 600; touch /kept/x; exit 1', kept), {
    volumes: [{ name: 'kept', emptyDir: {} }],
  }),
  pod('listener', shell('while read line; do echo "got $line"; done; sleep 600', { stdin: true })),
];

describe.skipIf(!nodeIsRunnable('what kubectl streams is'))('kubectl', () => {
  const node = nodeFixture(0);

  describe.concurrent.each(clients)('%s', (version, binary, env) => {
    let kubectl: Kubectl;

    beforeAll(async () => {
      const namespace = `s${version.replace('.', '-')}`;
      const anywhere = new Kubectl(binary, node.server.kubeconfig, env);
      await anywhere.run('create', 'namespace', namespace);
      kubectl = await anywhere.in(namespace);
      await kubectl.apply(...PODS);
      await kubectl.run('wait', '--for=condition=Ready', 'pod', '--all', '--timeout=90s');
    });

    it('prints logs by every option', async () => {
      await eventually(
        () => kubectl.run('logs', 'chatty', '-c', 'main'),
        log => expect(log).toBe('first\nlast\n'),
      );
      await eventually(
        () => kubectl.run('get', 'pod', 'again', '-o', 'jsonpath={.status.containerStatuses[0].restartCount}'),
        restarts => expect(restarts).toBe('1'),
      );
      await runRows(kubectl, [
        ['logs chatty -c side --timestamps', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z aside\n$/],
        ['logs chatty --tail=1', { stdout: 'last\n', stderr: /^Defaulted container "main" out of: main, side\n/ }],
        ['logs chatty -c main --since=1h --tail=1', 'last\n'],
        ['logs chatty -c side --since-time=2999-01-01T00:00:00Z', ''],
        ['logs chatty -c side --limit-bytes=3', 'asi'],
        [
          'logs -l app=chatty --all-containers --prefix',
          /^(?=[\s\S]*\[pod\/chatty\/main\] last\n)(?=[\s\S]*\[pod\/chatty\/side\] aside\n)/,
        ],
        ['logs again -p', 'run\n'],
        ['logs sh -p', fails(/previous terminated container "main" in pod "sh" not found\n$/)],
        ['logs sh -c none', fails(/container none is not valid for pod sh\n$/)],
        ['logs none', fails(/pods "none" not found/)],
      ]);
    });

    it('follows a log to its end', async () => {
      await kubectl.run(
        'run',
        'counter',
        `--image=${BUSYBOX}`,
        '--restart=Never',
        '--',
        'sh',
        '-c',
        'for i in 1 2 3; do echo $i; sleep 0.2; done',
      );
      await kubectl
        .run('wait', '--for=jsonpath={.status.phase}=Running', 'pod/counter', '--timeout=3s')
        .catch(() => '');
      await eventually(
        () => kubectl.run('logs', '-f', 'counter'),
        log => expect(log).toBe('1\n2\n3\n'),
      );
    });

    it('runs commands: streams apart, standard input, exit codes', async () => {
      expect(await kubectl.answer(['exec', 'sh', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'])).toEqual({
        code: 7,
        stdout: 'out\n',
        stderr: 'err\ncommand terminated with exit code 7\n',
      });
      expect(await kubectl.answer(['exec', '-i', 'sh', '--', 'cat'], 'through stdin\n')).toMatchObject({
        code: 0,
        stdout: 'through stdin\n',
      });
      await runRows(kubectl, [
        ['exec sh -- none', fails(/exec: "none": executable file not found in \$PATH/)],
        ['exec sh -c none -- ls', fails(/\(BadRequest\): container none is not valid for pod sh\n$/)],
        ['exec none -- ls', fails('Error from server (NotFound): pods "none" not found\n')],
        ['exec -t sh -- tty', { code: 1, stdout: 'not a tty\n' }],
      ]);
    });

    it('gives a terminal that follows its window', async () => {
      const command = kubectl.argv(['exec', '-it', 'sh', '--', 'sh']).join(' ');
      await using terminal = new RunningCommand(
        'script',
        '-qefc',
        `tty; stty rows 30 cols 100; exec ${command}`,
        '/dev/null',
      );
      const device =
        (await terminal.until(output => expect(output).toMatch(/\/dev\/pts\/\d+/))).match(/\/dev\/pts\/\d+/)?.[0] ?? '';
      await terminal.until(output => expect(output).toContain('# '));
      terminal.write('stty size\n');
      await terminal.until(output => expect(output).toContain('30 100'));
      await promisify(execFile)('stty', ['-F', device, 'rows', '20', 'cols', '60']);
      await eventually(
        async () => {
          terminal.write('stty size\n');
          await new Promise(resume => setTimeout(resume, 200));
          return terminal.output;
        },
        output => expect(output).toContain('20 60'),
      );
      terminal.write('echo type $TERM; sleep 600\n');
      await terminal.until(output => expect(output).toContain('type xterm'));
      await eventually(
        async () => {
          terminal.write('\u0003');
          terminal.write('echo ended with $?\n');
          await new Promise(resume => setTimeout(resume, 200));
          return terminal.output;
        },
        output => expect(output).toMatch(/ended with 130/),
      );
      terminal.write('exit 3\n');
      expect(await terminal.exitCode).toBe(3);
      expect(terminal.output).toContain('command terminated with exit code 3');
    });

    it('debugs: in the pod itself, in a copy of it and beside its node', async () => {
      const debug = (...words: readonly string[]) =>
        kubectl.answer(
          ['debug', ...words, '-i', '-q', `--image=${BUSYBOX}`, '-c', 'dbg', '--', 'sh', '-c', 'read x; echo got $x'],
          'input\n',
        );
      const got = { code: 0, stdout: expect.stringContaining('got input\n') };
      expect(await debug('sh')).toMatchObject(got);
      expect(await debug('sh', '--copy-to=copied')).toMatchObject(got);
      const [node] = (await kubectl.run('get', 'nodes', '-o', 'name')).split('\n');
      expect(await debug(node ?? '')).toMatchObject(got);
    });

    it('dumps what there is, logs too', async () => {
      const { context } = (
        await kubectl.json<{ contexts: { context: { namespace: string } }[] }>('config', 'view', '--minify')
      ).contexts[0] ?? { context: { namespace: '' } };
      const dump = await kubectl.run('cluster-info', 'dump', `--namespaces=${context.namespace}`);
      expect(dump).toContain(
        `==== START logs for container main of pod ${context.namespace}/chatty ====\nfirst\nlast\n==== END logs`,
      );
    });

    it('attaches: input once for a run, again and again where the container keeps it', async () => {
      const run = (name: string, script: string) =>
        kubectl.answer(
          ['run', name, '-i', '-q', '--rm', '--restart=Never', `--image=${BUSYBOX}`, '--', 'sh', '-c', script],
          'one\ntwo\n',
        );
      expect(await run('once', 'cat; echo end')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('one\ntwo\nend\n'),
      });
      expect(await run('failing', 'cat; exit 3')).toMatchObject({
        code: 3,
        stdout: expect.stringContaining('one\ntwo\n'),
      });
      for (const word of ['first', 'second']) {
        await using attached = kubectl.start('attach', '-i', 'listener');
        await eventually(
          async () => {
            attached.write(`${word}\n`);
            await new Promise(resume => setTimeout(resume, 200));
            return attached.output;
          },
          output => expect(output).toContain(`got ${word}\n`),
        );
      }
      expect(await kubectl.run('logs', 'listener')).toMatch(/^got first\n[\s\S]*got second\n/);
    });

    it('copies files and trees both ways', async () => {
      const folder = join(node.server.dataDir, `copies-${version}`);
      await mkdir(join(folder, 'tree/deep'), { recursive: true });
      await writeFile(join(folder, 'tree/deep/file'), 'x'.repeat(100_000));
      await symlink('deep', join(folder, 'tree/link'));
      await kubectl.run('cp', `${folder}/tree`, 'sh:/tmp/tree');
      expect(await kubectl.run('exec', 'sh', '--', 'sh', '-c', 'cd /tmp/tree; find . | sort; wc -c <deep/file')).toBe(
        '.\n./deep\n./deep/file\n./link\n100000\n',
      );
      await kubectl.run('cp', 'sh:/tmp/tree/deep/file', `${folder}/back`);
      expect(await readFile(`${folder}/back`, 'utf8')).toBe('x'.repeat(100_000));
      await kubectl.run('cp', 'sh:/tmp/tree', `${folder}/tree-back`);
      expect(await readFile(`${folder}/tree-back/deep/file`, 'utf8')).toBe('x'.repeat(100_000));
      await runRows(kubectl, [[`cp ${folder}/none sh:/tmp`, fails(/doesn't exist in local filesystem\n$/)]]);
    });

    it('watches: rows as they change, of what is selected only', async () => {
      await using all = kubectl.start('get', 'pods', '-l', 'app=watched', '-w', '--output-watch-events');
      await using names = kubectl.start('get', 'pods', '-l', 'app=watched', '--watch-only', '-o', 'name');
      // There is nothing to see yet: both are there once they show the first of these.
      await eventually(
        async () => {
          await kubectl.apply(pod('watched-early', shell('sleep 600'), {}, { labels: { app: 'watched' } }));
          await kubectl.run('delete', 'pod', 'watched-early', '--now');
          return [all.output, names.output];
        },
        ([rows, lines]) => {
          expect(rows).toContain('ADDED');
          expect(lines).toContain('pod/watched-early\n');
        },
      );
      await kubectl.apply(pod('watched', shell('sleep 600'), {}, { labels: { app: 'watched' } }));
      const running = /\nMODIFIED +watched +1\/1 +Running +0 +\d+s\n/;
      await all.until(output => expect(output).toMatch(running));
      await kubectl.run('delete', 'pod', 'watched', '--now');
      const output = await all.until(text => expect(text).toMatch(/\nDELETED +watched /));
      expect(output).toMatch(/^EVENT +NAME +READY +STATUS +RESTARTS +AGE\n/);
      expect(output.match(/EVENT/g)).toHaveLength(1);
      expect(output).toMatch(/\nADDED +watched +0\/1 +Pending +0 +\d+s\n/);
      await names.until(text => expect(text).toContain('pod/watched\n'));
    });

    it('waits for what is, what will be and what goes', async () => {
      await runRows(kubectl, [
        ['wait --for=condition=Ready pod/sh --timeout=90s', 'pod/sh condition met\n'],
        ['wait --for=jsonpath={.status.phase}=Running pod/sh --timeout=90s', 'pod/sh condition met\n'],
        [
          'wait --for=condition=None pod/sh --timeout=1s',
          fails('error: timed out waiting for the condition on pods/sh\n'),
        ],
        [
          'wait --for=condition=Ready pod/none --timeout=1s',
          fails('Error from server (NotFound): pods "none" not found\n'),
        ],
      ]);
    });
  });
});
