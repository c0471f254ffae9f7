import { serviceRef } from '../kernel/plugin.ts';
import { StoreError } from './store.ts';

/**
 * How values lie where they are kept. In memory they are as they are: a driver seals them as it writes, and opens what
 * it has read when somebody asks for it.
 */
export interface AtRest {
  /** What is written under `key` for `value`. */
  seal(key: string, value: Buffer): Buffer;
  /**
   * The value that was sealed, `finish`ed where a driver has to; throws `StoreError` `Unreadable` where that cannot be
   * told. What it answers is known again by `isStale`.
   */
  open(key: string, written: Buffer, finish?: (value: Buffer) => Buffer): Buffer;
}

/** Provided where values are to be sealed. */
export const atRest = serviceRef<AtRest>('store.at-rest');

const MARK = Buffer.from('k8s:enc:');

/** Whether what was written is sealed: objects begin otherwise. */
export const isSealed = (written: Buffer): boolean =>
  written[0] === MARK[0] && written.subarray(0, MARK.length).equals(MARK);

/** For stores that seal nothing, and have no keys for what others sealed. Upstream's words. */
export const PLAIN: AtRest = {
  seal: (_key, value) => value,
  open(_key, written, finish = value => value) {
    if (!isSealed(written)) return finish(written);
    throw new StoreError('Unreadable', 'identity transformer tried to read encrypted data');
  },
};
