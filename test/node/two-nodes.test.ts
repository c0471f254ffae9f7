import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { Kubectl } from './kubectl.ts';
import { kubectlBinaries } from './kubectl-binaries.ts';
import { Machines } from './machines.ts';
import { nodeIsRunnable } from './node-fixture.ts';
import { ECHO, object, pod, shell, type PodView } from './objects.ts';
import { ServerProcess, serverOptions } from './server-process.ts';

const NODES = ['one', 'near', 'far'] as const;
type Name = (typeof NODES)[number];

/** What each URL answers, a line each. */
const ASK = 'for url; do wget -qO- $url | tr "\n" " "; echo; done';

const MOUNTS = [{ name: 'scripts', mountPath: '/scripts' }];
const VOLUMES = [{ name: 'scripts', configMap: { name: 'scripts' } }];

const deploymentOf = (replicas: number) => ({
  spec: {
    replicas,
    selector: { matchLabels: { app: 'echo' } },
    template: {
      metadata: { labels: { app: 'echo' } },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: ECHO }] },
    },
  },
});

interface NodeView {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly podCIDR?: string };
  readonly status: {
    readonly addresses: readonly { readonly type: string; readonly address: string }[];
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Name, address, whether it is ready, and the addresses of its pods. */
const viewOf = ({ metadata, spec, status }: NodeView) => [
  metadata.name,
  status.addresses.find(({ type }) => type === 'InternalIP')?.address,
  status.conditions.find(({ type }) => type === 'Ready')?.status,
  spec.podCIDR,
];

describe.skipIf(!nodeIsRunnable('whether nodes join is'))('a cluster of three machines, one behind a router', () => {
  const machines = new Machines();
  const options = serverOptions(9);
  const nodes = new Map<Name, ServerProcess>();
  let kubectl: Kubectl;
  let token: string;

  const agentOptions = (name: 'near' | 'far', more: { readonly token?: string } = {}) => ({
    ...options,
    netns: machines[name].netns,
    joins: { url: `https://${machines.one.address}:${options.httpsPort}`, token: more.token ?? token },
    flags: [`--node-name=${name}`],
  });
  const node = (name: Name): ServerProcess => {
    const found = nodes.get(name);
    if (found === undefined) throw new Error(`${name} is not started`);
    return found;
  };

  beforeAll(async () => {
    await machines.make();
    const flags = [
      '--node-name=one',
      ...['node-ip', 'advertise-address'].map(flag => `--${flag}=${machines.one.address}`),
    ];
    const server = await ServerProcess.start({ ...options, netns: machines.one.netns, flags });
    nodes.set('one', server);
    const binary = kubectlBinaries().get('PATH') ?? '';
    kubectl = new Kubectl(['nsenter', `--net=/run/netns/${machines.one.netns}`, binary], server.kubeconfig);
    token = (await readFile(join(server.dataDir, 'server/node-token'), 'utf8')).trim();
    for (const name of ['near', 'far'] as const) nodes.set(name, await ServerProcess.start(agentOptions(name)));
  });
  afterAll(async () => {
    for (const process of nodes.values()) await process.destroy();
    await machines[Symbol.asyncDispose]();
  });

  const getPods = async (...args: readonly string[]): Promise<readonly PodView[]> =>
    (await kubectl.json<{ readonly items: readonly PodView[] }>('get', 'pods', ...args)).items;

  /** What the client on a machine is answered by each URL, a line each. */
  const ask = async (from: Name, ...urls: readonly string[]): Promise<readonly string[]> =>
    (await kubectl.run('exec', `client-${from}`, '--', 'sh', '/scripts/ask.sh', ...urls)).trim().split(/ *\n/);

  it('joins by the token, once, and says what it did', async () => {
    expect(node('near').output.replaceAll(/\d+\.\d+ s/g, 'TIME')).toMatch(
      /joined the cluster\n[^]*pod network ready\n[^]*node near is Ready/,
    );
    const { items } = await kubectl.json<{ readonly items: readonly NodeView[] }>('get', 'nodes');
    expect(items.map(viewOf)).toEqual([
      ['far', machines.far.address, 'True', expect.stringMatching(/^10\.109\.[12]\.0\/24$/)],
      ['near', machines.near.address, 'True', expect.stringMatching(/^10\.109\.[12]\.0\/24$/)],
      ['one', machines.one.address, 'True', '10.109.0.0/24'],
    ]);
  });

  it('is refused with another token, and believes no other CA', async () => {
    const ended = (bad: string): Promise<string> =>
      ServerProcess.start({
        ...agentOptions('near', { token: bad }),
        dataDir: join(node('one').dataDir, 'refused'),
      }).then(
        () => 'it started',
        (error: Error) => error.message,
      );
    const secret = token.slice(0, -4);
    expect(await ended(`${secret}zzzz`)).toMatch(
      /ended with 1:[^]*does not let this token in: it is wrong or has expired/,
    );
    const foreign = token.replace(/^K10.{4}/, 'K100000');
    expect(await ended(foreign)).toMatch(/ended with 1:[^]*is not the one of the token: it is another cluster/);
  });

  it('spreads pods over all machines, which reach each other by their own addresses', async () => {
    await kubectl.apply(
      object('v1', 'ConfigMap', 'scripts', { data: { 'ask.sh': ASK } }),
      object('apps/v1', 'Deployment', 'echo', deploymentOf(6)),
      object('v1', 'Service', 'echo', { spec: { selector: { app: 'echo' }, ports: [{ port: 80, targetPort: 8080 }] } }),
      ...NODES.map(name =>
        pod(`client-${name}`, { ...shell('sleep 600'), volumeMounts: MOUNTS }, { nodeName: name, volumes: VOLUMES }),
      ),
    );
    await kubectl.run('rollout', 'status', 'deployment/echo', '--timeout=90s');
    await kubectl.run('wait', '--for=condition=Ready', ...NODES.map(name => `pod/client-${name}`), '--timeout=90s');
    const echoes = await getPods('-l', 'app=echo');
    expect(new Set(echoes.map(({ spec }) => spec.nodeName))).toEqual(new Set(NODES));
    const clients = await getPods('-l', 'app!=echo');
    // Longer than what fits into one packet of the tunnel.
    const path = 'x'.repeat(2_500);
    for (const { spec: from, status } of clients) {
      const urls = echoes.map(to => `http://${to.status.podIP}:8080/${path}`);
      const expected = echoes.map(({ metadata: { name } }) =>
        expect.stringContaining(`hostname: ${name} client: ${status.podIP}:`),
      );
      const answers = await ask(from.nodeName as Name, ...urls);
      expect(answers).toEqual(expected);
      expect(answers.every(answer => answer.endsWith(`path: /${path}`))).toBe(true);
    }
  });

  it('balances a service over the pods of all machines, found by its name from each', async () => {
    const all = (await getPods('-l', 'app=echo')).map(({ metadata }) => metadata.name).sort();
    for (const name of NODES) {
      const seen = new Set<string>();
      await eventually(
        async () => {
          for (const line of await ask(
            name,
            ...Array.from({ length: 20 }, () => 'http://echo.default.svc.cluster.local/hostname'),
          ))
            seen.add(line);
        },
        () => expect([...seen].sort()).toEqual(all),
      );
    }
  });

  it('has policies hold between all machines, by own addresses and through services', async () => {
    const echoes = await getPods('-l', 'app=echo');
    const ips = [
      ...echoes.map(({ status }) => `${status.podIP}:8080`),
      `${await kubectl.run('get', 'service', 'echo', '-o', 'jsonpath={.spec.clusterIP}')}:80`,
    ];
    const outcome = async (from: Name): Promise<readonly string[]> => {
      const each = ips.map(ip => `(timeout 3 wget -qO- http://${ip}/hostname >/dev/null 2>&1 && echo ${ip}) &`);
      const script = [...each, 'wait'].join('\n');
      return (await kubectl.run('exec', `client-${from}`, '--', 'sh', '-c', script)).split('\n').filter(Boolean).sort();
    };
    const from = [{ podSelector: { matchLabels: { app: 'client-near' } } }];
    const spec = { podSelector: { matchLabels: { app: 'echo' } }, ingress: [{ from }] };
    await kubectl.apply(object('networking.k8s.io/v1', 'NetworkPolicy', 'only-near', { spec }));
    const all = [...ips].sort();
    const expected = { one: [], near: all, far: [] };
    const outcomes = async () => ({
      one: await outcome('one'),
      near: await outcome('near'),
      far: await outcome('far'),
    });
    await eventually(outcomes, found => expect(found).toEqual(expected));
    await kubectl.run('delete', 'networkpolicy', 'only-near');
    await eventually(outcomes, found => expect(found).toEqual({ one: all, near: all, far: all }));
  });

  it('passes logs and input on to the pods of other machines', async () => {
    const [echo] = await getPods('-l', 'app=echo', '--field-selector=spec.nodeName=far');
    expect(await kubectl.run('logs', echo?.metadata.name ?? '')).toMatch(/^GET \/hostname /m);
    const typed = await kubectl.answer(['exec', '-i', 'client-near', '--', 'sha256sum'], 'sent to another machine');
    expect(typed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9a-f]{64} /) });
  });

  it('tells what nodes and pods of all machines use', async () => {
    const used = await kubectl.run('top', 'pods', '--no-headers');
    expect(
      used
        .trim()
        .split('\n')
        .map(line => line.split(/ +/)[0]),
    ).toEqual(expect.arrayContaining(NODES.map(name => `client-${name}`)));
    const nodesUsed = await kubectl.run('top', 'nodes', '--no-headers');
    expect(
      nodesUsed
        .trim()
        .split('\n')
        .map(line => line.split(/ +/)[0])
        .sort(),
    ).toEqual([...NODES].sort());
  });

  it('lets containers run on where an agent is killed and comes again without a token', async () => {
    const before = await getPods('--field-selector=spec.nodeName=near');
    await node('near').end('SIGKILL');
    const { pid } = node('near');
    const {
      joins: { url },
      ...rest
    } = agentOptions('near');
    const again = await ServerProcess.start({ ...rest, dataDir: node('near').dataDir, joins: { url, token: '' } });
    nodes.set('near', again);
    expect(again.pid).not.toBe(pid);
    const statuses = (pods: readonly PodView[]) => pods.map(({ status }) => [status.podIP, status.containerStatuses]);
    expect(statuses(await getPods('--field-selector=spec.nodeName=near'))).toEqual(statuses(before));
    const [echo] = await getPods('-l', 'app=echo', '--field-selector=spec.nodeName=far');
    await eventually(
      () => ask('near', `http://${echo?.status.podIP}:8080/hostname`),
      lines => expect(lines).toEqual([echo?.metadata.name]),
    );
  });

  it('forgets a machine that leaves for good, which keeps nothing of it', async () => {
    const far = node('far');
    await far.end('SIGTERM');
    await far.tiphys('killall');
    expect(await machines.traces(machines.far)).toEqual([]);
    await kubectl.run('delete', 'node', 'far');
    await eventually(
      () => machines.traces(machines.one),
      traces => expect(traces.filter(line => /tp[0-9a-f]{6}v/.test(line))).toEqual([]),
    );
    await rm(far.dataDir, { recursive: true, force: true });
  });
});
