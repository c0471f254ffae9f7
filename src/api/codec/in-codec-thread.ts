import { dirname } from 'node:path';
import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { YamlOutcome } from './yaml-to-json.ts';

/** Threads at work at once, one processor left to all else; others wait. */
const THREADS = Math.max(1, Math.min(2, availableParallelism() - 1));
/** Memory of one, megabytes: a hostile text fails alone. */
const THREAD_MEGABYTES = 512;

export interface CodecJob {
  readonly name: 'readYaml' | 'printYaml' | 'printIndented';
  readonly bytes: Uint8Array;
}

/** What `readYaml` of `yaml-to-json.ts` says of a text; `undefined` where the thread came to its end over it. */
export const yamlInThread = (bytes: Uint8Array): Promise<YamlOutcome | undefined> => run({ name: 'readYaml', bytes });

/** JSON printed as YAML or indented; `undefined` where the thread came to its end over it. */
export const printedInThread = (
  name: 'printYaml' | 'printIndented',
  json: Uint8Array,
): Promise<Uint8Array | undefined> => run({ name, bytes: json });

let running = 0;
const waiting: (() => void)[] = [];

async function run<T>({ name, bytes }: CodecJob): Promise<T | undefined> {
  if (running >= THREADS) await new Promise<void>(resolve => void waiting.push(resolve));
  running += 1;
  const cache = getCompileCacheDir();
  const worker = new Worker(new URL('./codec-thread.ts', import.meta.url), {
    workerData: { name, bytes: Uint8Array.from(bytes) } satisfies CodecJob,
    name: 'tiphys-codec',
    env: cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) },
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MEGABYTES },
  });
  try {
    const { promise, resolve } = Promise.withResolvers<T | undefined>();
    worker.once('message', (outcome: T) => resolve(outcome));
    worker.once('error', () => resolve(undefined));
    worker.once('exit', () => resolve(undefined));
    return await promise;
  } finally {
    running -= 1;
    waiting.shift()?.();
    await worker.terminate();
  }
}
