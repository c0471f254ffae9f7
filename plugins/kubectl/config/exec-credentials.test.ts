import { execFile, type ExecFileException } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { presentOr } from '../../../src/base/failed-with.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { kubectlBinaries } from '../../../test/node/kubectl-binaries.ts';
import { testServer, type TestServer } from '../../apiserver/testing/test-server.ts';
import { capturedRun, type CapturedRun } from '../testing/captured-run.ts';

const binary = kubectlBinaries().get('1.33') ?? '';
if (binary === '') process.stderr.write('there is no kubectl 1.33: credentials of programs are NOT compared with it\n');

const V1 = 'client.authentication.k8s.io/v1';
const answer = (status: unknown, apiVersion = V1): string =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion, ...(status === undefined ? {} : { status }) });

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await testServer();
  folder = await mkdtemp(join(tmpdir(), 'tiphys-exec-'));
  // Notes each run and what it was told, and answers what lies beside it.
  const program = `#!/bin/sh\ncd "$(dirname "$0")"; printf %s "$KUBERNETES_EXEC_INFO" >told; echo "$1$MORE" >>runs; cat answer\n`;
  await writeFile(join(folder, 'login'), program);
  await chmod(join(folder, 'login'), 0o755);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(() => rm(join(folder, 'runs'), { force: true }));

const GIVEN = { apiVersion: V1, interactiveMode: 'Never', command: './login', args: ['asked'] };

async function kubeconfig(exec: unknown, user: object = {}): Promise<string> {
  const config = JSON.parse(server.kubeconfig) as { users: unknown; contexts: { context: object }[] };
  config.users = [{ name: 'u', user: { exec, ...user } }];
  for (const each of config.contexts) each.context = { ...each.context, user: 'u' };
  const path = join(folder, 'config');
  await writeFile(path, JSON.stringify(config));
  return path;
}

async function own(args: readonly string[], exec: unknown, user: object = {}): Promise<CapturedRun> {
  return capturedRun(hostWorld(), ['--kubeconfig', await kubeconfig(exec, user), ...args], { folder });
}

async function real(args: readonly string[], exec: unknown): Promise<CapturedRun> {
  const path = await kubeconfig(exec);
  return new Promise(done => {
    const child = execFile(
      binary,
      ['--kubeconfig', path, '--cache-dir', join(folder, 'cache'), ...args],
      { cwd: folder },
      (error: ExecFileException | null, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
    child.stdin?.end();
  });
}

const told = (): Promise<string> => readFile(join(folder, 'told'), 'utf8');
const runs = async (): Promise<number> =>
  (await presentOr('', () => readFile(join(folder, 'runs'), 'utf8'))).split('\n').length - 1;

describe.skipIf(binary === '')('credentials of a program, as the real client takes them', () => {
  it.each([
    ['a token', GIVEN, answer({ token: 'token-admin' })],
    [
      'what it is told',
      { ...GIVEN, provideClusterInfo: true, env: [{ name: 'MORE', value: '+' }] },
      answer({ token: 'token-admin' }),
    ],
    [
      'an older version',
      { ...GIVEN, apiVersion: `${V1}beta1`, interactiveMode: undefined },
      answer({ token: 'token-admin' }, `${V1}beta1`),
    ],
    ['a token nobody knows', GIVEN, answer({ token: 'nobody' })],
    ['no such program', { ...GIVEN, command: 'nope', installHint: 'get it' }, ''],
    ['one that fails', { ...GIVEN, command: 'false' }, ''],
    ['one that needs a terminal', { ...GIVEN, interactiveMode: 'Always' }, ''],
    ['no mode', { ...GIVEN, interactiveMode: undefined }, ''],
    ['no version either', { command: 'x' }, ''],
    ['no version that is known', { ...GIVEN, apiVersion: 'client.authentication.k8s.io/v9' }, ''],
    ['another version', GIVEN, answer({ token: 'x' }, `${V1}beta1`)],
    ['nothing', GIVEN, ''],
    ['no status', GIVEN, answer(undefined)],
    ['an empty status', GIVEN, answer({})],
    ['half a certificate', GIVEN, answer({ clientKeyData: 'a' })],
  ])('%s', async (_, exec, text) => {
    await writeFile(join(folder, 'answer'), text);
    const args = ['get', '--raw', '/api/v1/namespaces/default/configmaps'];
    const expected = await real(args, exec);
    const toldReal = await presentOr('', told);
    expect(await own(args, exec)).toEqual(expected);
    expect(await presentOr('', told)).toBe(toldReal);
  });
});

describe('credentials of a program', () => {
  const MANY = ['get', 'configmaps,secrets,pods', '-n', 'default', '-o', 'name'];

  it('are asked for once a command', async () => {
    await writeFile(
      join(folder, 'answer'),
      answer({ token: 'token-admin', expirationTimestamp: '2999-01-01T00:00:00Z' }),
    );
    expect(await own(MANY, GIVEN)).toMatchObject({ code: 0 });
    expect(await runs()).toBe(1);
  });

  it('are asked for again once they are over', async () => {
    await writeFile(
      join(folder, 'answer'),
      answer({ token: 'token-admin', expirationTimestamp: '2001-01-01T00:00:00Z' }),
    );
    expect(await own(MANY, GIVEN)).toMatchObject({ code: 0 });
    expect(await runs()).toBeGreaterThan(1);
  });

  it('are asked for again where a server refused them', async () => {
    await writeFile(join(folder, 'answer'), answer({ token: 'nobody' }));
    expect(await own(['get', '--raw', '/api'], GIVEN)).toMatchObject({ code: 1 });
    expect(await runs()).toBe(2);
  });

  it('may be a certificate', async () => {
    const pair = await server.clusterCa.issueClient('admin', ['system:masters']);
    const status = { clientCertificateData: pair.certificate, clientKeyData: pair.privateKey };
    await writeFile(join(folder, 'answer'), answer(status));
    expect(await own(MANY, GIVEN)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await runs()).toBe(1);
  });

  it('are not asked for where a token is given', async () => {
    await writeFile(join(folder, 'answer'), answer({ token: 'nobody' }));
    expect(await own(['get', '--raw', '/api', '--token=token-admin'], GIVEN)).toMatchObject({ code: 0 });
    expect(await own(['get', '--raw', '/api'], GIVEN, { token: 'token-admin' })).toMatchObject({ code: 0 });
    expect(await runs()).toBe(0);
  });
});
