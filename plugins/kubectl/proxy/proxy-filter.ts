import type { RE2JS } from 're2js';
import { re2 } from '../../../src/base/re2.ts';

/** Regular expressions that part requests from one another; commas part expressions. */
export interface ProxyRules {
  readonly acceptPaths: string;
  readonly rejectPaths: string;
  readonly acceptHosts: string;
  readonly rejectMethods: string;
}

export interface ProxiedRequest {
  readonly method: string;
  /** Without its escapes. */
  readonly path: string;
  /** The `Host` header. */
  readonly host: string;
}

/** Says which requests may go on to the cluster, or why no such rule can be made. */
export function proxyFilter(
  rules: ProxyRules,
): { readonly accepts: (request: ProxiedRequest) => boolean } | { readonly problem: string } {
  try {
    const [acceptPaths, rejectPaths, acceptHosts, rejectMethods] = [
      expressions(rules.acceptPaths),
      expressions(rules.rejectPaths),
      expressions(rules.acceptHosts),
      expressions(rules.rejectMethods),
    ];
    return {
      accepts: ({ method, path, host }) =>
        !matches(rejectPaths, path) &&
        !matches(rejectMethods, method) &&
        matches(acceptPaths, path) &&
        matches(acceptHosts, withoutPort(host)),
    };
  } catch (error) {
    if (error instanceof re2().RE2JSSyntaxException) return { problem: error.message };
    throw error;
  }
}

const expressions = (text: string): readonly RE2JS[] =>
  text === '' ? [] : text.split(',').map(each => re2().RE2JS.compile(each));

const matches = (all: readonly RE2JS[], text: string): boolean => all.some(each => each.matcher(text).find());

/** What stands before the port, brackets of an IPv6 address with it gone; as it is where there is no port. */
function withoutPort(host: string): string {
  const [, bracketed, plain] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):[^:[\]]*$/.exec(host) ?? [];
  return bracketed ?? plain ?? host;
}
