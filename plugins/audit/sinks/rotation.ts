/** When a log file is put aside, and what becomes of it. */
export interface Rotation {
  readonly path: string;
  readonly maxBytes: number;
  /** 0: however many. */
  readonly maxBackups: number;
  /** 0: however old. */
  readonly maxAgeDays: number;
  readonly compress: boolean;
}
