import type { Revision } from './store.ts';

/** `value` with the digits of `revision` put in at `at`, in memory of their own; as it is where it has no place for them. */
export function stamped(value: Buffer, at: number | undefined, revision: Revision): Buffer {
  if (at === undefined) return value;
  const digits = String(revision);
  const bytes = Buffer.allocUnsafeSlow(value.length + digits.length);
  value.copy(bytes, 0, 0, at);
  bytes.write(digits, at, 'latin1');
  value.copy(bytes, at + digits.length, at);
  return bytes;
}
