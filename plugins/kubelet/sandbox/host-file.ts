import type { FilesNative } from '../../../native/files.ts';
import { MAX_NAME_FILE_BYTES } from '../limits.ts';

/** A file of names of this node's own; /etc/resolv.conf often is a link. */
export const hostFile = async (native: FilesNative, path: string): Promise<string> =>
  (await native.readBounded(path, MAX_NAME_FILE_BYTES, true)).toString('utf8');
