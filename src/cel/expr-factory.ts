import { partsOf, type Bare, type Call, type Expr } from './expr.ts';
import type { CelIssue } from './issue.ts';

/** Ends the reading of a text that is no expression; what is wrong was told before. */
export class Unreadable extends Error {
  readonly code = 'Unreadable';
}

/** Deeper trees than a person writes would cost the stack of everyone who walks them. */
const MAX_DEPTH = 1000;
/** Macros repeat their operand: chains of them double with each. */
const MAX_WEIGHT = 20_000;
export const MAX_RECURSION = 250;

/** Makes the parts of one expression and gathers what is wrong with it. */
export class ExprFactory {
  readonly issues: CelIssue[] = [];

  make<E extends Expr>(bare: Bare<E>): E {
    let depth = 0;
    let weight = 1;
    for (const part of partsOf(bare)) {
      depth = Math.max(depth, part.depth);
      weight += part.weight;
    }
    if (depth >= MAX_DEPTH || weight > MAX_WEIGHT) this.stopTooDeep();
    return { ...bare, depth: depth + 1, weight } as unknown as E;
  }

  /** Stands where an expression could not be read. */
  wrong(offset: number, message: string): Expr {
    this.issues.push({ offset, message });
    return this.make({ kind: 'literal', value: null, offset });
  }

  call(offset: number, name: string, ...args: readonly Expr[]): Call {
    return this.make<Call>({ kind: 'call', name, target: undefined, args, offset });
  }

  ident(offset: number, name: string): Expr {
    return this.make({ kind: 'ident', name, offset });
  }

  stopTooDeep(): never {
    this.issues.push({ offset: undefined, message: `expression recursion limit exceeded: ${MAX_RECURSION}` });
    throw new Unreadable();
  }
}
