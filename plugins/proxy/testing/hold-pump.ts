import { createInterface } from 'node:readline';
import { native } from '../../../native/index.ts';
import { openToAll } from './no-policies.ts';

/**
 * A pump in a process of its own, so that a test can take descriptors away from it:
 * `hold-pump.ts PORT BACKEND_PORT` relays on loopback and says its figures for each line it is sent.
 */
const [port = '', backendPort = ''] = process.argv.slice(2);
const loopback = '127.0.0.1';
const pump = new (native().ServicePump)({
  netns: null,
  threads: 2,
  connections: 10_000,
  flows: 64,
  affinityEntries: 64,
});
pump.listen(
  { protocol: 'TCP', netns: null, address: loopback, port: Number(port) },
  {
    endpoints: Uint32Array.of(0x7f_00_00_01, Number(backendPort)),
    affinitySeconds: 0,
    ...openToAll,
  },
);
const say = (): void => void process.stdout.write(`${JSON.stringify(pump.stats())}\n`);
say();
createInterface({ input: process.stdin }).on('line', say);
