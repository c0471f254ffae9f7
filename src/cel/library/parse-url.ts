export interface ParsedUrl {
  readonly scheme: string;
  /** With its port. */
  readonly host: string;
  /** As it is sent. */
  readonly path: string;
  readonly query: string;
}

/** As Go's `url.ParseRequestURI` reads an absolute URL or path, and words what is wrong with it. */
export function parseUrl(text: string): ParsedUrl | { readonly problem: string } {
  if (/\p{Cc}/u.test(text.replaceAll(/[\u0080-\u009f]/g, '')))
    return { problem: 'net/url: invalid control character in URL' };
  if (text === '') return { problem: 'empty url' };
  if (text === '*') return { scheme: '', host: '', path: '*', query: '' };
  if (text.startsWith(':')) return { problem: 'missing protocol scheme' };
  const [, name] = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text) ?? [];
  const scheme = (name ?? '').toLowerCase();
  const [whole = '', ...query] = text.slice(name === undefined ? 0 : name.length + 1).split('?');
  const rest = whole;
  const queryText = query.join('?').replace(/#.*$/s, '');
  if (!rest.startsWith('/')) {
    return scheme === '' ? { problem: 'invalid URI for request' } : { scheme, host: '', path: '', query: queryText };
  }
  const hasHost = scheme !== '' && rest.startsWith('//');
  const end = hasHost ? rest.indexOf('/', 2) : 0;
  const authority = hasHost ? rest.slice(2, end < 0 ? undefined : end) : '';
  const path = end < 0 ? '' : rest.slice(end);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const problem = hostProblem(host) ?? escapeProblem(path);
  if (problem !== undefined) return { problem };
  return { scheme, host: decodedHost(host), path: escapedPath(path.replace(/#.*$/s, '')), query: queryText };
}

function hostProblem(host: string): string | undefined {
  if (host.startsWith('[')) {
    const close = host.lastIndexOf(']');
    if (close < 0) return "missing ']' in host";
    return portProblem(host.slice(close + 1));
  }
  const colon = host.lastIndexOf(':');
  const port = colon < 0 ? undefined : portProblem(host.slice(colon));
  if (port !== undefined) return port;
  const wrong = /[ "<>\\^`{|}#]/.exec(host);
  return wrong === null ? escapeProblem(host) : `invalid character ${JSON.stringify(wrong[0])} in host name`;
}

const portProblem = (port: string): string | undefined =>
  port === '' || /^:\d*$/.test(port) ? undefined : `invalid port ${JSON.stringify(port)} after host`;

function escapeProblem(text: string): string | undefined {
  const wrong = /%(?![0-9a-fA-F]{2})/.exec(text);
  return wrong === null ? undefined : `invalid URL escape ${JSON.stringify(text.slice(wrong.index, wrong.index + 3))}`;
}

const decodedHost = (host: string): string =>
  host.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** As it was where it may be sent so. */
const escapedPath = (path: string): string =>
  /^[A-Za-z0-9\-._~!$&'()*+,;=:@/[\]%]*$/.test(path)
    ? path
    : path.replace(/[^A-Za-z0-9\-._~$&+,/:;=@%]/gu, character =>
        [...Buffer.from(character)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
      );
