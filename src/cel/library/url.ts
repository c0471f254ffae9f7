import { func, member, plain, type CelFunction } from '../cel-function.ts';
import { BOOL, STRING, listOf, mapOf, struct } from '../cel-type.ts';
import { CelError, CelOpaque, type CelMap, type CelResult } from '../cel-value.ts';
import { EntryMap, ItemList } from '../lists-and-maps.ts';
import { parseUrl, type ParsedUrl } from './parse-url.ts';

export const URL_TYPE = struct<CelUrl>('kubernetes.URL');

class CelUrl extends CelOpaque {
  readonly type = URL_TYPE;
  readonly url: ParsedUrl;
  readonly #text: string;

  constructor(text: string, url: ParsedUrl) {
    super();
    this.#text = text;
    this.url = url;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelUrl && this.#text === other.#text;
  }
}

function url(text: string): CelResult {
  const read = parseUrl(text);
  if ('problem' in read)
    return new CelError(
      `URL parse error during conversion from string: parse ${JSON.stringify(text)}: ${read.problem}`,
    );
  return new CelUrl(text, read);
}

/** Values by name; what is not encoded rightly is left out. */
function queryOf({ query }: ParsedUrl): CelMap {
  const found = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const [name = '', ...value] = pair.split('=');
    const [key, decoded] = [decoded1(name), decoded1(value.join('='))];
    if (key === undefined || decoded === undefined) continue;
    const values = found.get(key);
    if (values === undefined) found.set(key, [decoded]);
    else values.push(decoded);
  }
  return new EntryMap(new Map([...found].map(([name, values]) => [name, [name, new ItemList(values)]])));
}

function decoded1(text: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  const plus = text.replaceAll('+', ' ');
  return plus.includes('%')
    ? Buffer.from(
        plus.replace(
          /%([0-9a-fA-F]{2})|[^%]+/g,
          (part, hex: string | undefined) => hex ?? Buffer.from(part).toString('hex'),
        ),
        'hex',
      ).toString()
    : plus;
}

const get = (name: string, id: string, read: (of: ParsedUrl) => string): CelFunction =>
  func(
    name,
    member(id, [URL_TYPE], STRING, ([{ url: of }]) => read(of)),
  );

export const URL_FUNCTIONS: readonly CelFunction[] = [
  func(
    'url',
    plain('string_to_url', [STRING], URL_TYPE, ([text]) => url(text)),
  ),
  func(
    'isURL',
    plain('is_url_string', [STRING], BOOL, ([text]) => !('problem' in parseUrl(text))),
  ),
  get('getScheme', 'url_get_scheme', ({ scheme }) => scheme),
  get('getHost', 'url_get_host', ({ host }) => host),
  get('getHostname', 'url_get_hostname', ({ host }) => host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1')),
  get('getPort', 'url_get_port', ({ host }) => /:(\d*)$/.exec(host)?.[1] ?? ''),
  get('getEscapedPath', 'url_get_escaped_path', ({ path }) => path),
  func(
    'getQuery',
    member('url_get_query', [URL_TYPE], mapOf(STRING, listOf(STRING)), ([{ url: of }]) => queryOf(of)),
  ),
];
