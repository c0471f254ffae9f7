import Sqlite, { type Database } from 'better-sqlite3';
import { StoreError } from '../../src/store/store.ts';
import { BUSY_MS, PAGE_BYTES } from './limits.ts';
import { metaChecksumOf, ORDINAL_BITS, type Meta } from './row.ts';
import { WAY_BACK } from './way-back.ts';

/** The format is told by `user_version`; a newer one than this is refused. */
export const DATABASE_FORMAT = 1;
/** `Tiph`, so that file(1) and we can tell whose database it is. */
const APPLICATION_ID = 0x54697068;

const TABLES = `
CREATE TABLE changes (
  id INTEGER PRIMARY KEY, -- revision << ${ORDINAL_BITS} | place within its transaction
  key TEXT NOT NULL,
  created INTEGER NOT NULL, -- revision in which the key came to be
  deadline INTEGER, -- wall time in ms, for keys with a TTL
  checksum INTEGER NOT NULL,
  value BLOB -- NULL: the key was deleted
) STRICT;
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  revision INTEGER NOT NULL,
  compacted INTEGER NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
CREATE VIEW objects AS
  SELECT key, max(id) >> ${ORDINAL_BITS} AS revision, CAST(value AS TEXT) AS value
  FROM changes GROUP BY key HAVING value IS NOT NULL;
`;

/** Opens the file for the one writer, makes the tables in a new one, and refuses what is not ours. */
export function openForWriting(path: string): Database {
  const database = new Sqlite(path, { timeout: BUSY_MS });
  try {
    database.pragma('trusted_schema = off');
    if (isEmpty(database)) {
      database.pragma(`page_size = ${PAGE_BYTES}`);
      database.pragma('auto_vacuum = incremental');
    }
    database.pragma('journal_mode = wal');
    database.pragma('synchronous = full');
    database.pragma('cell_size_check = on');
    if (isEmpty(database)) createTables(database);
    checkFormat(database, path);
    checkStructure(database, path);
  } catch (error) {
    database.close();
    throw corruptionOf(error, path);
  }
  return database;
}

/** For snapshots; other processes may be writing. */
export function openForReading(path: string): Database {
  const database = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  try {
    checkFormat(database, path);
  } catch (error) {
    database.close();
    throw corruptionOf(error, path);
  }
  return database;
}

const isEmpty = (database: Database): boolean => database.pragma('schema_version', { simple: true }) === 0;

function createTables(database: Database): void {
  database.transaction(() => {
    database.exec(TABLES);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${DATABASE_FORMAT}`);
    writeMeta(database, { revision: 1, compacted: 0 });
  })();
}

function checkFormat(database: Database, path: string): void {
  if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new StoreError('Corrupt', `${path} is not a store of tiphys, or its head is damaged. ${WAY_BACK}`);
  }
  const format = database.pragma('user_version', { simple: true });
  if (format !== DATABASE_FORMAT) {
    const told = `${path} has format ${String(format)}, this version of tiphys knows ${DATABASE_FORMAT}`;
    throw new StoreError('Corrupt', `${told}. A newer version may read it, unless its head is damaged. ${WAY_BACK}`);
  }
}

export function readMeta(database: Database, path: string): Meta {
  const row = database.prepare<[], MetaColumns>('SELECT revision, compacted, checksum FROM meta').get();
  if (row === undefined || metaChecksumOf(row) !== row.checksum) {
    throw new StoreError('Corrupt', `${path}: its row of meta data is damaged. ${WAY_BACK}`);
  }
  return { revision: row.revision, compacted: row.compacted };
}

export function writeMeta(database: Database, meta: Meta): void {
  database
    .prepare('INSERT OR REPLACE INTO meta (one, revision, compacted, checksum) VALUES (1, ?, ?, ?)')
    .run(meta.revision, meta.compacted, metaChecksumOf(meta));
}

type MetaColumns = Meta & { readonly checksum: number };

/**
 * Checksums tell that rows are whole, not that none is missing and that no page is used twice: pages and
 * their links are looked through, which takes a fraction of the time of reading the rows.
 */
export function checkStructure(database: Database, path: string): void {
  const said = database.pragma('quick_check(1)', { simple: true });
  if (said !== 'ok') throw new StoreError('Corrupt', `${path}: ${String(said)}. ${WAY_BACK}`);
}

/** What SQLite itself says about a damaged file, as ours. Our statements are right, so an error in one is damage, too. */
export function corruptionOf(error: unknown, path: string): unknown {
  const isDamage = /^SQLITE_(CORRUPT|NOTADB|FORMAT|ERROR|SCHEMA|MISMATCH|TOOBIG)/;
  if (error instanceof Sqlite.SqliteError && isDamage.test(error.code)) {
    return new StoreError('Corrupt', `${path}: ${error.message}. ${WAY_BACK}`, { cause: error });
  }
  return error;
}
