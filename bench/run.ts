import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_FLAGS } from '../src/cli/node-flags.ts';

/**
 * `npm run bench [-- NAME...]`: runs the benches one after another, each in a process of its own. Flags go to all of
 * them. The peers they stand beside are Debian's; they are installed when this is root.
 */
const PEERS = [
  'runc',
  'crun',
  'podman',
  'catatonit',
  'containernetworking-plugins',
  'haproxy',
  'nginx-light',
  'libnginx-mod-stream',
  'etcd-server',
];
const folder = import.meta.dirname;
const all = readdirSync(folder)
  .filter(name => name.endsWith('.ts') && name !== 'run.ts')
  .map(name => name.slice(0, -3));
const asked = process.argv.slice(2).filter(name => !name.startsWith('--'));
const flags = process.argv.slice(2).filter(name => name.startsWith('--'));
const unknown = asked.filter(name => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(2);
}

const prepare = join(folder, '../src/cli/prepare.sh');
spawnSync('sh', [prepare, 'iproute2', ...PEERS.map(name => `?${name}`)], { stdio: 'inherit' });
console.log(
  `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`,
);
let failed = 0;
for (const name of asked.length > 0 ? asked : all) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [...NODE_FLAGS, join(folder, `${name}.ts`), ...flags], {
    stdio: 'inherit',
  });
  if (status !== 0) failed++;
}
process.exitCode = failed > 0 ? 1 : 0;
