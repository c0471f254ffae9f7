import { must } from '../base/must.ts';
import type { Entry } from './store.ts';

/**
 * An entry whose value is opened once, when it is first asked for. Where that fails, whoever asks is told, and it is
 * tried again for the next.
 */
export function sealedEntry(head: Omit<Entry, 'value'>, open: () => Buffer): Entry {
  let opening: (() => Buffer) | undefined = open;
  let value: Buffer | undefined;
  return {
    ...head,
    get value(): Buffer {
      value ??= must(opening, 'it is not opened yet')();
      opening = undefined;
      return value;
    },
  };
}
