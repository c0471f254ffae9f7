import { createHash } from 'node:crypto';
import { messageOf } from '../../src/base/message-of.ts';
import type { World } from '../../src/base/world.ts';
import { ContentError } from './content-error.ts';
import { IMAGE_LIMITS } from './limits.ts';
import type { Descriptor } from './manifest.ts';
import { paced } from './paced.ts';
import { RegistryError } from './registry-error.ts';
import { discard, type RegistrySession } from './registry-session.ts';

/**
 * Fetches a blob into a new file, going on by Range where a connection broke. What is not exactly the
 * bytes that the descriptor promises is refused as soon as that shows, and never tried again.
 */
export async function downloadBlob(
  { files, clock }: Pick<World, 'files' | 'clock'>,
  session: RegistrySession,
  descriptor: Descriptor,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const path = `${session.endpoint.repository}/blobs/${descriptor.digest}`;
  const file = await files.open(target, 'w', 0o600);
  const state = { hash: createHash('sha256'), offset: 0, furthest: 0 };
  try {
    for (let tries = 1, failures = 0; state.offset < descriptor.size || failures === 0; tries += 1) {
      const problem = await transfer();
      if (problem === undefined && state.offset === descriptor.size) break;
      failures = state.offset > state.furthest ? 1 : failures + 1;
      state.furthest = Math.max(state.furthest, state.offset);
      if (failures >= IMAGE_LIMITS.attempts || tries > IMAGE_LIMITS.resumes)
        throw problem ?? unexpectedEnd(descriptor, state.offset);
      await session.pause(failures, signal);
    }
  } finally {
    await file.close();
  }
  const digest = `sha256:${state.hash.digest('hex')}`;
  if (digest !== descriptor.digest) {
    throw new ContentError(
      'BadDigest',
      `failed commit on ref "layer-${descriptor.digest}": unexpected commit digest ${digest}, expected ${descriptor.digest}`,
    );
  }

  async function transfer(): Promise<RegistryError | undefined> {
    const resume: Record<string, string> = state.offset === 0 ? {} : { range: `bytes=${state.offset}-` };
    const exchange = await session.get(path, resume, signal);
    const from = /^bytes ([0-9]+)-/.exec(String(exchange.headers['content-range'] ?? ''))?.[1];
    if (exchange.status === 200) {
      Object.assign(state, { hash: createHash('sha256'), offset: 0 });
    } else if (Number(from) !== state.offset) {
      discard(exchange);
      throw new RegistryError(
        'Status',
        `asked for ${descriptor.digest} from byte ${state.offset}, got ${String(from)}`,
      );
    }
    try {
      for await (const chunk of paced(exchange.body, clock)) {
        if (state.offset + chunk.length > descriptor.size) throw tooLong(descriptor);
        await file.write(chunk, 0, chunk.length, state.offset);
        state.hash.update(chunk);
        state.offset += chunk.length;
      }
      return undefined;
    } catch (error) {
      if (error instanceof ContentError || error instanceof RegistryError || isFileError(error)) throw error;
      signal.throwIfAborted();
      const why = messageOf(error);
      return new RegistryError('Interrupted', `failed to copy ${descriptor.digest}: ${why}`, { cause: error });
    }
  }
}

const tooLong = (descriptor: Descriptor): ContentError =>
  new ContentError(
    'BadSize',
    `failed commit on ref "layer-${descriptor.digest}": unexpected commit size: more than the expected ${descriptor.size}`,
  );

const unexpectedEnd = (descriptor: Descriptor, offset: number): RegistryError =>
  new RegistryError(
    'Interrupted',
    `failed to copy ${descriptor.digest}: unexpected EOF after ${offset} of ${descriptor.size} bytes`,
  );

/** ENOSPC and its like: trying again would not help. */
const isFileError = (error: unknown): boolean =>
  error instanceof Error &&
  'syscall' in error &&
  error.syscall === 'write' &&
  'code' in error &&
  error.code !== 'EPIPE';
