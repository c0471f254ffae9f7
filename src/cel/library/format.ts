import { dns1035LabelProblems, dnsLabelProblems } from '../../base/dns-label.ts';
import { labelValueProblems, qualifiedNameProblems, subdomainProblems } from '../../base/qualified-name.ts';
import { readDate, readTimestamp } from '../cel-time.ts';
import { func, member, plain, type CelFunction } from '../cel-function.ts';
import { STRING, listOf, optionalOf, struct } from '../cel-type.ts';
import { CelOpaque, CelOptional, NONE } from '../cel-value.ts';
import { ItemList } from '../lists-and-maps.ts';
import { parseUrl } from './parse-url.ts';

export const FORMAT = struct<CelFormat>('kubernetes.NamedFormat');

class CelFormat extends CelOpaque {
  readonly type = FORMAT;
  readonly name: string;
  readonly problems: (text: string) => readonly string[];
  /** What its regular expression may be long, for the cost of applying it. */
  readonly #size: number;

  constructor(name: string, size: number, problems: CelFormat['problems']) {
    super();
    this.name = name;
    this.#size = size;
    this.problems = problems;
  }

  override get size(): number {
    return this.#size;
  }

  equals(other: CelOpaque): boolean {
    return this === other;
  }
}

/** What a name is made from may end in a dash: something comes after it. */
const asPrefix =
  (problems: (text: string) => readonly string[]) =>
  (text: string): readonly string[] =>
    problems(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

const unless =
  (test: (text: string) => boolean, problem: string) =>
  (text: string): readonly string[] =>
    text.length <= MAX_CHARS && test(text) ? [] : [problem];
const MAX_CHARS = 65_536;

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function uriProblems(text: string): readonly string[] {
  const read = parseUrl(text);
  return 'problem' in read ? [`parse ${JSON.stringify(text)}: ${read.problem}`] : [];
}

const FORMATS: ReadonlyMap<string, CelFormat> = new Map(
  (
    [
      ['dns1123Label', 30, (text: string) => dnsLabelProblems(text)],
      ['dns1123Subdomain', 60, (text: string) => subdomainProblems(text)],
      ['dns1035Label', 30, (text: string) => dns1035LabelProblems(text)],
      ['qualifiedName', 60, (text: string) => qualifiedNameProblems(text)],
      ['dns1123LabelPrefix', 30, asPrefix(dnsLabelProblems)],
      ['dns1123SubdomainPrefix', 60, asPrefix(text => subdomainProblems(text))],
      ['dns1035LabelPrefix', 30, asPrefix(dns1035LabelProblems)],
      ['labelValue', 40, (text: string) => labelValueProblems(text)],
      ['uri', 1103, uriProblems],
      ['uuid', 69, unless(text => UUID.test(text), 'does not match the UUID format')],
      ['byte', 84, unless(text => text !== '' && BASE64.test(text), 'invalid base64')],
      ['date', 71, unless(text => readDate(text) !== undefined, 'invalid date')],
      ['datetime', 71, unless(text => readTimestamp(text) !== undefined, 'invalid datetime')],
    ] as const
  ).map(([name, size, problems]) => [name, new CelFormat(name, size, problems)]),
);

export const FORMAT_FUNCTIONS: readonly CelFunction[] = [
  ...[...FORMATS].map(([name, format]) =>
    func(
      `format.${name}`,
      plain(`format.${name}`, [], FORMAT, () => format),
    ),
  ),
  func(
    'format.named',
    plain('format-named', [STRING], optionalOf(FORMAT), ([name]) => {
      const format = FORMATS.get(name);
      return format === undefined ? NONE : new CelOptional(format);
    }),
  ),
  func(
    'validate',
    member('format-validate', [FORMAT, STRING], optionalOf(listOf(STRING)), ([format, text]) => {
      const problems = format.problems(text);
      return problems.length === 0 ? NONE : new CelOptional(new ItemList(problems));
    }),
  ),
];
