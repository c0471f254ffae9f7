import { MAX_NAMESERVERS, MAX_SEARCH_CHARACTERS, MAX_SEARCHES } from '../limits.ts';

export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** `name` or `name:value`. */
  readonly options: readonly string[];
}

export interface DnsInput {
  readonly policy: string;
  readonly hostNetwork: boolean;
  readonly namespace: string;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  readonly host: ResolvConf;
  readonly custom: {
    readonly nameservers?: readonly string[];
    readonly searches?: readonly string[];
    readonly options?: readonly { readonly name?: string; readonly value?: string }[];
  };
}

/** What a pod's /etc/resolv.conf says, by dnsPolicy and dnsConfig. */
export function podResolvConf(input: DnsInput): ResolvConf {
  const base = byPolicy(input);
  const { custom } = input;
  return {
    nameservers: unique([...base.nameservers, ...(custom.nameservers ?? [])]).slice(0, MAX_NAMESERVERS),
    searches: fitting(unique([...base.searches, ...(custom.searches ?? [])])),
    options: merged(base.options, custom.options ?? []),
  };
}

function byPolicy({ policy, hostNetwork, namespace, clusterDns, clusterDomain, host }: DnsInput): ResolvConf {
  if (policy === 'None') return { nameservers: [], searches: [], options: [] };
  if (policy === 'Default' || (policy === 'ClusterFirst' && hostNetwork)) return host;
  return {
    nameservers: clusterDns,
    searches: unique([
      `${namespace}.svc.${clusterDomain}`,
      `svc.${clusterDomain}`,
      clusterDomain,
      ...host.searches.filter(search => search !== '.'),
    ]),
    options: ['ndots:5'],
  };
}

export function formatResolvConf({ nameservers, searches, options }: ResolvConf): string {
  return [
    ...(searches.length === 0 ? [] : [`search ${searches.join(' ')}\n`]),
    ...nameservers.map(nameserver => `nameserver ${nameserver}\n`),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}\n`]),
  ].join('');
}

/** resolv.conf(5): the last `search` or `domain` line counts, options add up. */
export function parseResolvConf(text: string): ResolvConf {
  const nameservers: string[] = [];
  let searches: readonly string[] = [];
  const options: string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && words[0] !== undefined) nameservers.push(words[0]);
    if (keyword === 'search' || keyword === 'domain') {
      searches = words.map(word => (word.length > 1 && word.endsWith('.') ? word.slice(0, -1) : word));
    }
    if (keyword === 'options') options.push(...words);
  }
  return { nameservers, searches, options };
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];

function fitting(searches: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const search of searches.slice(0, MAX_SEARCHES)) {
    if ([...kept, search].join(' ').length > MAX_SEARCH_CHARACTERS) break;
    kept.push(search);
  }
  return kept;
}

function merged(
  base: readonly string[],
  custom: readonly { readonly name?: string; readonly value?: string }[],
): readonly string[] {
  const byName = new Map(base.map(option => [option.split(':', 1)[0] ?? option, option]));
  for (const { name, value } of custom) {
    if (name !== undefined) byName.set(name, value === undefined || value === '' ? name : `${name}:${value}`);
  }
  return [...byName.values()];
}
