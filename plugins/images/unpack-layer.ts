import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unpackProgram } from '../../native/image.ts';
import { native } from '../../native/index.ts';
import { messageOf } from '../../src/base/message-of.ts';
import type { Files } from '../../src/base/world.ts';
import { ContentError, unpackCode } from './content-error.ts';
import { CHUNK_BYTES, decompressorFor } from './decompress.ts';
import type { Digest } from './digest.ts';
import { IMAGE_LIMITS } from './limits.ts';
import type { LayerRecord } from './metadata.ts';

export interface UnpackRequest {
  /** The layer as it was sent: tar, gzip or zstd. */
  readonly file: string;
  /** Of the tar inside. */
  readonly diffId: Digest;
  /** Empty; holds the layer afterwards, or on failure whatever was written. */
  readonly directory: string;
  /** The layers below, topmost first. */
  readonly lowerDirs: readonly string[];
  readonly signal: AbortSignal;
  readonly budget?: { readonly bytes: number; readonly inodes: number };
}

/**
 * Decompresses and hashes here, writes in the jailed helper. Resolves only when the tar's digest is the
 * one promised; the caller publishes the directory then, and only then.
 */
export async function unpackLayer(files: Files, request: UnpackRequest): Promise<LayerRecord> {
  const file = await files.open(request.file, 'r');
  try {
    const decompressor = await decompressorFor(file);
    const helper = new UnpackHelper(request);
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const source = file.createReadStream({ start: 0, highWaterMark: CHUNK_BYTES, autoClose: false });
    const fed = pipeline(source, decompressor, hashing, helper.input, { signal: request.signal });
    const [feeding, outcome] = await Promise.all([settle(fed, () => helper.abandon()), helper.outcome]);
    request.signal.throwIfAborted();
    if (feeding !== undefined)
      throw new ContentError('Malformed', `the layer does not decompress: ${messageOf(feeding)}`);
    if (outcome instanceof ContentError) throw outcome;
    const actual = `sha256:${hash.digest('hex')}`;
    if (actual !== request.diffId) {
      throw new ContentError(
        'BadDigest',
        `wrong diff id calculated on extraction "${actual}", expected "${request.diffId}"`,
      );
    }
    return outcome;
  } finally {
    await file.close();
  }
}

class UnpackHelper {
  readonly input: Socket;
  readonly outcome: Promise<LayerRecord | ContentError>;
  readonly #process: number;
  #reaped = false;
  #abandoned = false;

  constructor({ directory, lowerDirs, budget }: UnpackRequest) {
    const bytes = budget?.bytes ?? IMAGE_LIMITS.layerBytes;
    const inodes = budget?.inodes ?? IMAGE_LIMITS.layerInodes;
    const args = [directory, String(bytes), String(inodes), ...lowerDirs];
    const started = native().startUnpack(unpackProgram(), args);
    this.#process = started.process;
    this.input = new Socket({ fd: started.input, readable: false, writable: true });
    this.outcome = this.#await(new Socket({ fd: started.outcome, readable: true, writable: false }));
  }

  /** The input failed: what the helper has got so far must not pass for a whole layer. */
  abandon(): void {
    this.#abandoned = true;
    if (!this.#reaped) native().killUnpack(this.#process);
  }

  async #await(socket: Socket): Promise<LayerRecord | ContentError> {
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) {
      if (text.length < IMAGE_LIMITS.outcomeBytes) text += String(chunk);
    }
    const exit = native().reapUnpack(this.#process);
    this.#reaped = true;
    const [word = '', ...rest] = text.split(' ');
    if (word === 'ok' && exit.code === 0) {
      return { bytes: Number(rest[0]), inodes: Number(rest[1]), opaqueRoot: rest[2] === '1' };
    }
    if (word !== '' && !this.#abandoned) return new ContentError(unpackCode(word), rest.join(' '));
    return new ContentError(
      'System',
      `the unpacker ended with ${exit.signal === 0 ? `status ${exit.code}` : `signal ${exit.signal}`}`,
    );
  }
}

/** The error of a promise, after `onError` ran. A broken pipe is no error: the helper says why it went. */
async function settle(promise: Promise<unknown>, onError: () => void): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET'))
      return undefined;
    onError();
    return error;
  }
}
