import { writeSync } from 'node:fs';
import { must } from '../../../src/base/must.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { openEtcdStore } from '../etcd-store.ts';
import { WRITERS, writeThreeKeys } from './three-keys.ts';

/** A process that writes as fast as it can until it is killed, and says what it was promised, one JSON text a line. */
const endpoint = must(process.argv[2], 'the endpoint is given');
const store = await openEtcdStore({ endpoints: [endpoint], tls: {}, world: hostWorld(), prefix: '/registry/' });
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => writeThreeKeys(store, writer, () => false, say)));
