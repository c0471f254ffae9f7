import { BYTES_PER_CHANGE } from '../../src/store/batch.ts';
import type { AtRest } from '../../src/store/at-rest.ts';
import type { Commit } from '../../src/store/group-commit.ts';
import type { Root } from '../../src/store/history.ts';
import type { Change } from '../../src/store/store.ts';
import type { WatchEvent } from './messages.ts';
import { decodeStored } from './stored-value.ts';

/** What the events of one revision make of the tree; keys of others than ours change nothing. Throws `Corrupt`. */
export function nextCommit(
  root: Root,
  { prefix, atRest }: { readonly prefix: string; readonly atRest: AtRest },
  revision: number,
  events: readonly WatchEvent[],
): Commit {
  const changes: Change[] = [];
  const deadlines: (number | undefined)[] = [];
  let [next, bytes] = [root, 0];
  for (const { type, entry: told } of events) {
    const { key } = told;
    if (!key.startsWith(prefix)) continue;
    const previous = root.get(key);
    bytes += BYTES_PER_CHANGE;
    if (type === 'put') {
      const { entry, deadlineMs } = decodeStored({ ...told, modRevision: revision }, atRest);
      next = next.set(key, entry);
      changes.push({ type, entry, previous });
      deadlines.push(deadlineMs);
      bytes += told.value.length;
    } else if (previous !== undefined) {
      next = next.delete(key);
      changes.push({ type, key, previous, revision });
      deadlines.push(undefined);
    }
  }
  return { revision, changes, deadlines, root: next, bytes };
}
