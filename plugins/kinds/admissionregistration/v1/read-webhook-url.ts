/** A URL taken apart as Go's net/url does, as far as webhooks are reached by it. */
export interface WebhookUrl {
  readonly scheme: string;
  /** With its port where it has one. */
  readonly host: string;
  readonly user?: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

const PARTS = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i;
const DELETE = '\x7f';
const hasControls = (text: string): boolean =>
  text.split('').some(character => character < ' ' || character === DELETE);

/** Or what is wrong with it, in Go's words. */
export function readWebhookUrl(text: string): WebhookUrl | { readonly problem: string } {
  const broken = (problem: string) => ({ problem: `parse ${JSON.stringify(text)}: ${problem}` });
  if (hasControls(text)) return broken('net/url: invalid control character in URL');
  if (text.startsWith(':')) return broken('missing protocol scheme');
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = PARTS.exec(text) ?? [];
  if (scheme === '' && path.split('/', 1)[0]?.includes(':') === true && !text.startsWith('/')) {
    return broken('first path segment in URL cannot contain colon');
  }
  const escape = /%(?![0-9a-f]{2})(.{0,2})/i.exec(path);
  if (escape !== null) return broken(`invalid URL escape ${JSON.stringify(`%${escape[1] ?? ''}`)}`);
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const port = /:([^:\]]*)$/.exec(host)?.[1];
  if (port !== undefined && !/^\d*$/.test(port)) return broken(`invalid port ${JSON.stringify(`:${port}`)} after host`);
  const wrong = /[ "<>\\^`{|}]/.exec(host);
  if (wrong !== null) return broken(`invalid character ${JSON.stringify(wrong[0])} in host name`);
  const user = at < 0 ? {} : { user: authority.slice(0, at) };
  return { scheme: scheme.toLowerCase(), host, ...user, path, query, fragment };
}
