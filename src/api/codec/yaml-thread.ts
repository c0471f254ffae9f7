import { parentPort, workerData } from 'node:worker_threads';
import * as yaml from 'yaml';
import { must } from '../../base/must.ts';
import { yamlToJson } from './yaml-to-json.ts';

/** Reads one large YAML text in a thread of its own, so that nobody waits for it but who sent it. */
const text = Buffer.from(workerData as Uint8Array).toString('utf8');
must(parentPort, 'this file runs as a worker').postMessage(yamlToJson(yaml, text), []);
