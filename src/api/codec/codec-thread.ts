import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import * as yaml from 'yaml';
import { must } from '../../base/must.ts';
import type { CodecJob } from './in-codec-thread.ts';
import { printIndented, printYaml } from './print-json.ts';
import { yamlToJson } from './yaml-to-json.ts';

/** Of this thread alone: where processors are few, others come first. */
const LOWEST = 19;

/** Reads or prints one large text in a thread of its own, so that nobody waits for it but who asked for it. */
setPriority(LOWEST);
const { name, bytes } = workerData as CodecJob;
const text = Buffer.from(bytes).toString('utf8');
const port = must(parentPort, 'this file runs as a worker');
if (name === 'readYaml') port.postMessage(yamlToJson(yaml, text, { sortsKeys: true }), []);
else {
  const printed = Uint8Array.from(Buffer.from(name === 'printYaml' ? printYaml(yaml, text) : printIndented(text)));
  port.postMessage(printed, [printed.buffer]);
}
