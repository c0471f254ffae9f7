import { openMendingStore, type MendingStoreOptions, type Opened } from '../../src/store/mending-store.ts';
import { MEND_BASE_MS, MEND_CAP_MS } from './limits.ts';
import { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
import { WAY_BACK } from './way-back.ts';

export type MendingSqliteStoreOptions = Omit<SqliteStoreOptions, 'onFailed'> &
  Pick<MendingStoreOptions, 'onFailed' | 'onMended' | 'onUnmended'>;

/** The SQLite store, opened anew after every failure from a file whose every row is verified and synced. */
export const openMendingSqliteStore = (options: MendingSqliteStoreOptions): Promise<Opened> =>
  openMendingStore({
    ...options,
    open: failed => openSqliteStore({ ...options, onFailed: failed }),
    baseMs: MEND_BASE_MS,
    capMs: MEND_CAP_MS,
    wayBack: WAY_BACK,
    isCorruptFinal: true,
  });
