import type { Change } from '../../../src/store/store.ts';
import { SHARED_FRAMES } from '../limits.ts';

/**
 * Encoded watch events, shared by all watches that tell the same change in the same way. Only the newest
 * are kept: watches follow one another closely or not at all.
 */
export class FrameCache {
  readonly #limit: number;
  #young = new Map<Change, Map<string, Buffer>>();
  #old = new Map<Change, Map<string, Buffer>>();

  constructor(limit = SHARED_FRAMES) {
    this.#limit = limit;
  }

  get(change: Change | undefined, form: string, encode: () => Buffer): Buffer {
    if (change === undefined) return encode();
    const frames = this.#of(change);
    let frame = frames.get(form);
    if (frame === undefined) {
      frame = encode();
      frames.set(form, frame);
    }
    return frame;
  }

  #of(change: Change): Map<string, Buffer> {
    let frames = this.#young.get(change) ?? this.#old.get(change);
    if (frames !== undefined) return frames;
    frames = new Map();
    this.#young.set(change, frames);
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    return frames;
  }
}
