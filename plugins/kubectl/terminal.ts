import type { Readable } from 'node:stream';

/** Where a command reads and writes; its own process's, or a test's. */
export interface Terminal {
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string | Uint8Array) => void;
  /** Opened when it is first asked for. */
  readonly input: () => Readable;
  readonly isInputTerminal: boolean;
  readonly isOutputTerminal: boolean;
  readonly size: () => { readonly rows: number; readonly columns: number };
  /** Keys as they are pressed, until disposed of. */
  readonly rawInput: () => Disposable;
  readonly onResize: (run: () => void) => Disposable;
  /** Aborted when no more is wanted of a command that goes on by itself. */
  readonly over: AbortSignal;
  readonly workFolder: string;
  /** Runs a program on this terminal to its end; answers its exit code. */
  readonly run: (program: string, args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<number>;
}
