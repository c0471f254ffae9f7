import { expect } from 'vitest';
import type { Kubectl } from './kubectl.ts';
import type { TestObject } from './objects.ts';

/** A command line, split at spaces; what it prints; objects it is given on stdin. */
export type Row = readonly [command: string, printed: Printed, ...input: readonly TestObject[]];

type Text = string | RegExp;
/** What stdout is, all of it or a part; anything else is said by name. */
export type Printed = Text | { readonly code?: number; readonly stdout?: Text; readonly stderr?: Text };

export const fails = (stderr: Text, code = 1): Printed => ({ code, stderr });

/** Runs the commands one after the other and holds each to what it shall print. */
export async function runRows(
  kubectl: Kubectl,
  rows: readonly Row[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const [command, printed, ...objects] of rows) {
    const input = objects.map(each => JSON.stringify(each)).join('\n');
    const answer = await kubectl.answer(command.split(' '), input, { env });
    const {
      code = 0,
      stdout,
      stderr,
    } = typeof printed === 'object' && !(printed instanceof RegExp) ? printed : { stdout: printed };
    const about = `kubectl ${command}\n${answer.stderr}${answer.stdout}`;
    expect(answer.code, about).toBe(code);
    holds(answer.stdout, stdout, about);
    holds(answer.stderr, stderr, about);
  }
}

function holds(text: string, expected: Text | undefined, about: string): void {
  if (typeof expected === 'string') expect(text, about).toBe(expected);
  else if (expected !== undefined) expect(text, about).toMatch(expected);
}
