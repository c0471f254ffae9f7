import { openFolder, type OpenFolder } from '../open-folder.ts';
import { corruptionOf, readMeta, readRows } from '../database.ts';
import { CHECKPOINT_BYTES, DEFAULT_QUOTA_BYTES } from '../limits.ts';
import { pack } from '../protocol.ts';
import { Recovery } from '../recovery.ts';
import { Writer } from '../writer.ts';
import type { FoundState } from './ledger.ts';

/**
 * What the driver finds in a folder, read as its thread reads it but in this one, so that thousands of
 * folders can be looked at. It also writes once, as a store that goes on would.
 */
export function findState(folder: string): FoundState {
  using opened = openFolder(folder, process.pid);
  try {
    return read(opened, folder);
  } catch (error) {
    throw corruptionOf(error, opened.path);
  }
}

function read({ database, path }: OpenFolder, folder: string): FoundState {
  const meta = readMeta(database, path);
  const recovery = new Recovery(meta, 0);
  recovery.add(pack([...readRows(database, path)]));
  const { root, revision, batches } = recovery.finish();
  if (batches.some(({ batch }, index) => batch.revision <= (batches[index - 1]?.batch.revision ?? meta.compacted))) {
    throw new Error('revisions of the history are not in order');
  }
  const next = { revision: revision + 1, ordinal: 0, key: '/next', createRevision: revision + 1, deadlineMs: null };
  const packed = pack([{ ...next, value: Buffer.from('next') }]);
  const options = { folder, quotaBytes: DEFAULT_QUOTA_BYTES, checkpointBytes: CHECKPOINT_BYTES };
  new Writer(database, options).write(packed, recovery.garbage, { ...meta, revision });
  const entries = root
    .slice(0, root.size)
    .map(({ key, value, modRevision }) => ({ key, text: value.toString(), modRevision }));
  return { revision, entries };
}
