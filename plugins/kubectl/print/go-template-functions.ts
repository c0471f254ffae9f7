import { goText } from '../../../src/base/go-text.ts';
import { isRecord, own } from '../../../src/base/is-record.ts';
import { Failure } from '../failures.ts';

type Function = (...args: readonly unknown[]) => unknown;

/** What Go's templates take for true. */
export const isTrue = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length > 0;
  if (isRecord(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
};

function indexed(value: unknown, ...keys: readonly unknown[]): unknown {
  let found = value;
  for (const key of keys) {
    if (Array.isArray(found)) {
      if (typeof key !== 'number' || key < 0 || key >= found.length)
        throw new Failure(`error calling index: index out of range: ${goText(key)}`);
      found = found[key];
    } else if (isRecord(found)) found = own(found, goText(key));
    else throw new Failure('error calling index: index of untyped nil');
  }
  return found;
}

function compared(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  throw new Failure('error calling lt: incompatible types for comparison');
}

function printed(args: readonly unknown[]): string {
  return args
    .map((arg, i) =>
      i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ` ${goText(arg)}` : goText(arg),
    )
    .join('');
}

function formatted(format: unknown, ...args: readonly unknown[]): string {
  let next = 0;
  return goText(format).replaceAll(
    /%([-+ #0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const value = args[next++];
      const text = verbText(verb, value, precision);
      if (width === undefined) return text;
      return flags.includes('-')
        ? text.padEnd(Number(width))
        : text.padStart(Number(width), flags.includes('0') ? '0' : ' ');
    },
  );
}

function verbText(verb: string, value: unknown, precision: string | undefined): string {
  if (verb === 'q') return JSON.stringify(goText(value));
  if (verb === 'f') return Number(value).toFixed(precision === undefined ? 6 : Number(precision));
  if (verb === 'x') return typeof value === 'number' ? value.toString(16) : Buffer.from(goText(value)).toString('hex');
  return goText(value);
}

const HTML: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&#34;' };

/** Those of text/template that templates of kubectl may call, and kubectl's own two. */
export const TEMPLATE_FUNCTIONS: ReadonlyMap<string, Function> = new Map<string, Function>([
  ['not', value => !isTrue(value)],
  ['index', indexed],
  [
    'len',
    value =>
      isRecord(value)
        ? Object.keys(value).length
        : typeof value === 'string'
          ? Buffer.byteLength(value)
          : Array.isArray(value)
            ? value.length
            : 0,
  ],
  [
    'slice',
    (value, from = 0, to) =>
      Array.isArray(value) || typeof value === 'string'
        ? value.slice(Number(from), to === undefined ? undefined : Number(to))
        : undefined,
  ],
  ['print', (...args) => printed(args)],
  ['println', (...args) => `${args.map(goText).join(' ')}\n`],
  ['printf', formatted],
  ['html', (...args) => printed(args).replaceAll(/[<>&'"]/g, character => HTML[character] ?? character)],
  ['js', (...args) => JSON.stringify(printed(args)).slice(1, -1)],
  ['urlquery', (...args) => encodeURIComponent(printed(args)).replaceAll('%20', '+')],
  ['eq', (first, ...others) => others.some(other => other === first)],
  ['ne', (a, b) => a !== b],
  ['lt', (a, b) => compared(a, b) < 0],
  ['le', (a, b) => compared(a, b) <= 0],
  ['gt', (a, b) => compared(a, b) > 0],
  ['ge', (a, b) => compared(a, b) >= 0],
  ['base64decode', value => Buffer.from(goText(value), 'base64').toString('utf8')],
  [
    'exists',
    (value, ...keys) => {
      let found = value;
      for (const key of keys) {
        if (Array.isArray(found) && typeof key === 'number' && key in found) found = found[key];
        else if (isRecord(found) && Object.hasOwn(found, goText(key))) found = own(found, goText(key));
        else return false;
      }
      return true;
    },
  ],
]);
