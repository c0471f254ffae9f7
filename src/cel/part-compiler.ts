import type { CelValue } from './cel-value.ts';
import type { Checked } from './checker.ts';
import type { Expr } from './expr.ts';
import type { Code } from './frame.ts';

/** What those who compile one kind of expression ask of the whole. */
export interface PartCompiler {
  readonly checked: Checked;
  readonly code: (expr: Expr) => Code;
  /** A number for a part whose outcome is noted where an evaluation rests. */
  readonly site: () => number;
  /** What is known before anything is evaluated. */
  readonly constant: (expr: Expr) => CelValue | undefined;
  /** Selecting from what is no name costs as if it were one. */
  readonly isName: (expr: Expr) => boolean;
}
