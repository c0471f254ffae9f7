/** Lines as they are to stand in a log, in parts, the last with its end. */
export type Line = readonly Uint8Array[];

/** Where lines go, in their order. */
export interface LogOutput {
  /**
   * How many of the lines, from the first on, are written; `error` says why the one after them is not. One call at a
   * time; never rejects.
   */
  append(lines: readonly Line[]): Promise<Appended>;
  close(): Promise<void>;
}

export interface Appended {
  readonly written: number;
  readonly error?: unknown;
}
