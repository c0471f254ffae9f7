import { dirname } from 'node:path';
import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Steps } from '../../base/steps.ts';
import { badRequestError } from '../status-error.ts';
import { readJson, type ReadJson } from './read-json.ts';
import { yamlToJson, type YamlOutcome } from './yaml-to-json.ts';

/** Larger texts are read in a thread: a parser of YAML takes a millisecond a kilobyte of the worst of them. */
const INLINE_BYTES = 16 * 1024;
/** Threads that read at once; others wait. */
const THREADS = 2;
/** Memory of one, megabytes: a hostile text fails alone. */
const THREAD_MEGABYTES = 512;

/**
 * Reads YAML that comes from outside, as the JSON it means. What is JSON already is read as such: clients
 * send it under YAML's name. The library is loaded when the first YAML comes. Throws `StatusError` BadRequest.
 */
export async function readYaml(bytes: Uint8Array, steps: Steps): Promise<ReadJson> {
  const known = bytes[0] === OPEN_BRACE ? await steps.run(() => jsonOf(bytes)) : undefined;
  if (known !== undefined) return known;
  const outcome = bytes.length > INLINE_BYTES ? await inThread(bytes) : await inline(bytes);
  if ('problem' in outcome) throw badRequestError(`error converting YAML to JSON: yaml: ${outcome.problem}`);
  const { value } = await steps.run(() => readJson(Buffer.from(outcome.json)));
  const { repeatedKeys } = outcome;
  if (repeatedKeys.length === 0) return { value, complaints: [] };
  return { value, complaints: repeatedKeys, strict: [`yaml: unmarshal errors:\n  ${repeatedKeys.join('\n  ')}`] };
}

const OPEN_BRACE = 0x7b;

function jsonOf(bytes: Uint8Array): ReadJson | undefined {
  try {
    return readJson(bytes);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function inline(bytes: Uint8Array): Promise<YamlOutcome> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return yamlToJson(await import('yaml'), text);
}

let running = 0;
const waiting: (() => void)[] = [];

async function inThread(bytes: Uint8Array): Promise<YamlOutcome> {
  if (running >= THREADS) await new Promise<void>(resolve => void waiting.push(resolve));
  running += 1;
  const cache = getCompileCacheDir();
  const worker = new Worker(new URL('./yaml-thread.ts', import.meta.url), {
    workerData: Uint8Array.from(bytes),
    name: 'tiphys-yaml',
    env: cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) },
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MEGABYTES },
  });
  try {
    const { promise, resolve } = Promise.withResolvers<YamlOutcome>();
    worker.once('message', (outcome: YamlOutcome) => resolve(outcome));
    worker.once('error', () => resolve({ problem: 'document is too complex' }));
    worker.once('exit', () => resolve({ problem: 'document is too complex' }));
    return await promise;
  } finally {
    running -= 1;
    waiting.shift()?.();
    await worker.terminate();
  }
}
