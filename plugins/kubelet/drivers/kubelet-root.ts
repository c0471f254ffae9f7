import { join } from 'node:path';

const DEFAULT_DATA_DIR = '/var/lib/tiphys';

/**
 * The folder in which drivers look for a kubelet: where upstream has it, as manifests of drivers name it by its whole
 * path. A server whose data are elsewhere may be one of several, and keeps it among them.
 */
export const kubeletRoot = (dataDir: string, given = ''): string => {
  if (given !== '') return given;
  return dataDir === DEFAULT_DATA_DIR ? '/var/lib/kubelet' : join(dataDir, 'kubelet');
};
