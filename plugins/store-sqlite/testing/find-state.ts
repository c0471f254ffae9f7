import { openFolder, type OpenFolder } from '../open-folder.ts';
import { load } from '../load.ts';
import { CHECKPOINT_BYTES, DEFAULT_QUOTA_BYTES } from '../limits.ts';
import { PLAIN } from '../../../src/store/at-rest.ts';
import { pack } from '../protocol.ts';
import { garbageOf, recover } from '../recovery.ts';
import { Writer } from '../writer.ts';
import type { FoundState } from './ledger.ts';

/**
 * What the driver finds in a folder, read as its thread reads it but in this one, so that thousands of
 * folders can be looked at. It also writes once, as a store that goes on would.
 */
export function findState(folder: string): FoundState {
  using opened = openFolder(folder, process.pid);
  return read(opened, folder);
}

function read({ database, path }: OpenFolder, folder: string): FoundState {
  const loaded = load(database, path);
  const { meta } = loaded;
  const { root, revision, past } = recover(loaded, 0, PLAIN);
  for (let index = 0; index < past.length; index++) {
    const before = index === 0 ? meta.compacted : past.revisionAt(index - 1);
    if (past.batchAt(index).revision <= before) throw new Error('revisions of the history are not in order');
  }
  const next = { revision: revision + 1, ordinal: 0, key: '/next', createRevision: revision + 1, deadlineMs: null };
  const packed = pack([{ ...next, value: Buffer.from('next') }]);
  const options = { folder, quotaBytes: DEFAULT_QUOTA_BYTES, checkpointBytes: CHECKPOINT_BYTES, erases: false };
  new Writer(database, options).write(packed, garbageOf(loaded), { ...meta, revision });
  const entries = root
    .slice(0, root.size)
    .map(({ key, value, modRevision }) => ({ key, text: value.toString(), modRevision }));
  return { revision, entries };
}
