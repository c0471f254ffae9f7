/** A file of manifests; what is larger is refused before it is read. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** Aliases of one YAML document that may be followed; a text of a few lines can else mean gigabytes. */
export const MAX_ALIASES = 100;

/** Rest after a file's last change: editors and copies write in several steps. */
export const SETTLE_MS = 200;
