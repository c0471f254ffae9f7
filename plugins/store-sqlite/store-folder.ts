import { join } from 'node:path';

/** Where a server's objects are, under its data directory. */
export const storeFolderIn = (dataDir: string): string => join(dataDir, 'server', 'db');
export const databasePathIn = (folder: string): string => join(folder, 'store.db');
