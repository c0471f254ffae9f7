import { spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { kubectlBinaries } from '../node/kubectl-binaries.ts';
import { Machines } from '../node/machines.ts';
import { ServerProcess, serverOptions } from '../node/server-process.ts';
import { MirrorRegistry } from './mirror-registry.ts';
import { outcomesOf } from './outcomes-of.ts';

/**
 * `npm run conformance [-- --focus=RE --skip=RE --procs=N]`: upstream's conformance suite of Kubernetes 1.36.3,
 * unmodified, against a server and an agent on a machine each (network namespaces), which pull the suite's images from
 * a registry. Ends with 1 when a test failed; what passed is listed in OUT/passed.txt. Needs root, Go and Debian.
 */
const { values } = parseArgs({
  options: {
    focus: { type: 'string', default: '\\[Conformance\\]' },
    skip: { type: 'string', default: '' },
    procs: { type: 'string', default: '4' },
    out: { type: 'string', default: resolve(import.meta.dirname, '../../.cache/conformance') },
  },
});
const DEBIAN_PACKAGES =
  'docker-registry skopeo iproute2 iptables kmod bind9-dnsutils iperf nginx etcd-server netcat-openbsd curl'.split(' ');
const built = values.out;
await mkdir(built, { recursive: true });
await sh('sh', resolve(import.meta.dirname, '../../src/cli/prepare.sh'), ...DEBIAN_PACKAGES);
await sh('sh', join(import.meta.dirname, 'build.sh'), built);

const folder = await mkdtemp(join(tmpdir(), 'tiphys-conformance-'));
await using machines = new Machines();
await machines.make();
await using registry = await MirrorRegistry.start(folder, machines.one, built);
const options = serverOptions(8);
const flags = (name: 'one' | 'near'): readonly string[] => [
  `--node-name=${name}`,
  `--registries-file=${registry.registriesFile}`,
];
const server = await ServerProcess.start({
  ...options,
  netns: machines.one.netns,
  flags: [...flags('one'), ...['node-ip', 'advertise-address'].map(flag => `--${flag}=${machines.one.address}`)],
});
try {
  const token = (await readFile(join(server.dataDir, 'server/node-token'), 'utf8')).trim();
  const joins = { url: `https://${machines.one.address}:${options.httpsPort}`, token };
  const agent = await ServerProcess.start({ ...options, netns: machines.near.netns, joins, flags: flags('near') });
  try {
    await runSuite(server.kubeconfig);
  } finally {
    await writeFile(join(built, 'agent.log'), agent.output);
    await agent.destroy();
  }
} finally {
  await writeFile(join(built, 'server.log'), server.output);
  await server.destroy();
  await rm(folder, { recursive: true, force: true });
}

async function runSuite(kubeconfig: string): Promise<void> {
  const report = join(built, 'junit.xml');
  await rm(report, { force: true });
  const kubectl = kubectlBinaries().get('PATH') ?? '';
  const ofGinkgo = `run --silence-skips --no-color --timeout=3h --procs=${values.procs}`.split(' ');
  const chosen = [`--focus=${values.focus}`, ...(values.skip === '' ? [] : [`--skip=${values.skip}`])];
  const reported = ['--junit-report=junit.xml', `--output-dir=${built}`];
  const ofSuite = [`--kubeconfig=${kubeconfig}`, `--kubectl-path=${kubectl}`, '--provider=skeleton', '--num-nodes=2'];
  const suite = [...ofGinkgo, ...chosen, ...reported, join(built, 'e2e.test'), '--', ...ofSuite];
  const status = await ended('nsenter', [`--net=/run/netns/${machines.one.netns}`, join(built, 'ginkgo'), ...suite]);
  await access(report);
  const { passed, failed } = outcomesOf(await readFile(report, 'utf8'));
  await writeFile(join(built, 'passed.txt'), passed.map(name => `${name}\n`).join(''));
  console.log(`${passed.length} passed, ${failed.length} failed`);
  for (const name of failed) console.log(`  failed: ${name}`);
  process.exitCode = status === 0 && failed.length === 0 ? 0 : 1;
}

async function sh(...command: readonly [string, ...string[]]): Promise<void> {
  const status = await ended(command[0], command.slice(1));
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}`);
}

async function ended(program: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(program, args, { stdio: 'inherit' });
  return new Promise((done, failed) => child.once('error', failed).once('exit', done));
}
