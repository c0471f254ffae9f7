import { Failure } from '../failures.ts';
import type { FlagSpec } from './flag.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import type { SubVerb, Verb } from './verb.ts';

/** What `--help` prints. */
export function helpText(verb: Verb, path: string): string {
  const subs = Object.entries(verb.subs ?? {});
  const own = verb.flags ?? [];
  return [
    `${verb.about}\n`,
    ...(subs.length === 0 ? [] : [`\nAvailable Commands:\n`, table(subs.map(([name, sub]) => [name, sub.about]))]),
    ...(own.length === 0 ? [] : ['\nOptions:\n', flagsText(own)]),
    `\nUsage:\n  ${path} ${verb.usage}\n`,
    subs.length === 0 ? '' : `\nUse "${path} <command> --help" for more information about a given command.\n`,
    'Use "kubectl options" for a list of global command-line options (applies to all commands).\n',
  ].join('');
}

export const globalFlagsText = (): string =>
  `The following options can be passed to any command:\n\n${flagsText(GLOBAL_FLAGS)}`;

function flagsText(flags: readonly FlagSpec[]): string {
  return flags
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, short, kind, fallback, about }) => {
      const value = ['list', 'texts', 'pairs'].includes(kind) ? '[]' : kind === 'text' ? `'${fallback}'` : fallback;
      return `    ${short === '' ? '' : `-${short}, `}--${name}=${value}:\n\t${about}\n\n`;
    })
    .join('');
}

const table = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, about]) => `  ${name.padEnd(width)}   ${about}\n`).join('');
};

export function unknownCommand(word: string, path: string, subs: Readonly<Record<string, SubVerb>>): Failure {
  const alike = Object.keys(subs).filter(
    name => distance(word.toLowerCase(), name) <= 2 || name.startsWith(word.toLowerCase()),
  );
  const hint = alike.length === 0 ? '' : `\n\nDid you mean this?\n${alike.map(name => `\t${name}\n`).join('')}`;
  return new Failure(`unknown command ${JSON.stringify(word)} for ${JSON.stringify(path)}${hint}`);
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
