export interface HostAlias {
  readonly ip: string;
  readonly hostnames?: readonly string[];
}

/** /etc/hosts of a pod with its own network. */
export function podHostsFile(
  podIps: readonly string[],
  hostname: string,
  domain: string,
  aliases: readonly HostAlias[],
): string {
  const names = domain === '' ? hostname : `${hostname}.${domain}\t${hostname}`;
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    ...podIps.map(ip => `${ip}\t${names}`),
    ...aliasLines(aliases),
    '',
  ].join('\n');
}

/** /etc/hosts of a pod on the host's network: the node's own file and the aliases. */
export function hostNetworkHostsFile(nodeFile: string, aliases: readonly HostAlias[]): string {
  const extra = aliasLines(aliases);
  return `# Kubernetes-managed hosts file (host network).\n${nodeFile}${extra.length === 0 ? '' : `${extra.join('\n')}\n`}`;
}

const aliasLines = (aliases: readonly HostAlias[]): readonly string[] =>
  aliases.length === 0
    ? []
    : [
        '',
        '# Entries added by HostAliases.',
        ...aliases.map(({ ip, hostnames = [] }) => [ip, ...hostnames].join('\t')),
      ];
