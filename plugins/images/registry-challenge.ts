/** One `WWW-Authenticate` challenge (RFC 9110, 11.6.1). */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The Basic and Bearer challenges of a header; other schemes and malformed rests are left out. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  const token = /\s*,?\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;
  for (let match = token.exec(header.slice(0, 4096)); match !== null; match = token.exec(header.slice(0, 4096))) {
    const [, word = '', assigned, quoted, plain] = match;
    const current = challenges.at(-1);
    if (assigned === undefined) {
      challenges.push({ scheme: word.toLowerCase(), parameters: Object.create(null) as Record<string, string> });
    } else if (current !== undefined) {
      current.parameters[word.toLowerCase()] = quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1');
    }
  }
  return challenges.filter(({ scheme }) => scheme === 'bearer' || scheme === 'basic');
}

export const basic = ({ username, password }: { readonly username: string; readonly password: string }): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
