import { goDurationProblem } from '../../../src/base/go-duration.ts';
import { must } from '../../../src/base/must.ts';
import { Failure } from '../failures.ts';
import type { FlagSpec } from './flag.ts';

/** What flags a command line gave. */
export class Flags {
  readonly #specs: ReadonlyMap<string, FlagSpec>;
  readonly #given = new Map<string, string[]>();

  constructor(specs: readonly FlagSpec[]) {
    this.#specs = new Map(specs.map(spec => [spec.name, spec]));
  }

  give(spec: FlagSpec, value: string): void {
    checkValue(spec, value);
    const values = this.#given.get(spec.name);
    if (values === undefined || !REPEATED.has(spec.kind)) this.#given.set(spec.name, [value]);
    else values.push(value);
  }

  /** These flags alone, where a command has others of the same names. */
  only(specs: readonly FlagSpec[], names: ReadonlySet<string>): Flags {
    const some = new Flags(specs);
    for (const [name, values] of this.#given) if (names.has(name)) some.#given.set(name, values);
    return some;
  }

  /** Names of flags that had to be given. */
  get missing(): readonly string[] {
    return [...this.#specs.values()]
      .filter(({ name, required }) => required && !this.#given.has(name))
      .map(({ name }) => name);
  }

  isGiven(name: string): boolean {
    this.#spec(name);
    return this.#given.has(name);
  }

  isAnyGiven(specs: readonly FlagSpec[]): boolean {
    return specs.some(({ name }) => this.#given.has(name));
  }

  has(name: string): boolean {
    return this.#specs.has(name);
  }

  text(name: string): string {
    const spec = this.#spec(name);
    return this.#given.get(name)?.at(-1) ?? spec.fallback;
  }

  bool(name: string): boolean {
    return TRUTHS.get(this.text(name)) ?? false;
  }

  int(name: string): number {
    return Number(this.text(name));
  }

  /** Milliseconds. */
  durationMs(name: string): number {
    return goDurationMs(this.text(name));
  }

  list(name: string): readonly string[] {
    const spec = this.#spec(name);
    const values = this.#given.get(name) ?? (spec.fallback === '' ? [] : [spec.fallback]);
    return spec.kind === 'list' ? values.flatMap(value => (value === '' ? [] : value.split(','))) : values;
  }

  /** What `name=value` was given; of the same name, the last. */
  pairs(name: string): ReadonlyMap<string, string> {
    return new Map((this.#given.get(this.#spec(name).name) ?? []).flatMap(pairsOf));
  }

  #spec(name: string): FlagSpec {
    return must(this.#specs.get(name), `the command has a flag ${name}`);
  }
}

const REPEATED: ReadonlySet<FlagSpec['kind']> = new Set(['list', 'texts', 'pairs']);

/** With one `=` alone, commas are part of the value. */
const partsOf = (value: string): readonly string[] =>
  value.split('=').length === 2 ? [value.replaceAll(/^"|"$/g, '')] : value.split(',');

const pairsOf = (value: string): readonly (readonly [string, string])[] =>
  value === ''
    ? []
    : partsOf(value).map(part => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] as const);

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map(word => [word, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map(word => [word, false] as const),
]);

const UNIT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/** A duration that Go could read, in milliseconds. */
export function goDurationMs(text: string): number {
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d*\.?\d+|\d+\.)(h|ms|us|µs|ns|m|s)/g)) {
    total += Number(amount) * (UNIT_MS[unit] ?? 0);
  }
  return text.startsWith('-') ? -total : total;
}

function checkValue(spec: FlagSpec, value: string): void {
  const problem = valueProblem(spec.kind, value);
  if (problem === undefined) return;
  const name = spec.short === '' ? `--${spec.name}` : `-${spec.short}, --${spec.name}`;
  throw new Failure(`invalid argument ${JSON.stringify(value)} for "${name}" flag: ${problem}`);
}

function valueProblem(kind: FlagSpec['kind'], value: string): string | undefined {
  const quoted = JSON.stringify(value);
  if (kind === 'pairs') {
    const wrong = value === '' ? undefined : partsOf(value).find(part => !part.includes('='));
    return wrong === undefined ? undefined : `${wrong} must be formatted as key=value`;
  }
  if (kind === 'bool') return TRUTHS.has(value) ? undefined : `strconv.ParseBool: parsing ${quoted}: invalid syntax`;
  if (kind === 'int')
    return /^[-+]?\d+$/.test(value) ? undefined : `strconv.ParseInt: parsing ${quoted}: invalid syntax`;
  return kind === 'duration' ? goDurationProblem(value) : undefined;
}
