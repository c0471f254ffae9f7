import { describe, expect, it } from 'vitest';
import { podHostname } from './hostname.ts';
import { hostNetworkHostsFile, podHostsFile } from './hosts-file.ts';
import { formatResolvConf, parseResolvConf, podResolvConf, type DnsInput } from './resolv-conf.ts';

const host = parseResolvConf('# c\nnameserver 192.0.2.1\nsearch lan example.org.\noptions timeout:1 rotate\n');
const dns = (changes: Partial<DnsInput>): string =>
  formatResolvConf(
    podResolvConf({
      policy: 'ClusterFirst',
      hostNetwork: false,
      namespace: 'shop',
      clusterDns: ['10.43.0.10'],
      clusterDomain: 'cluster.local',
      host,
      custom: {},
      ...changes,
    }),
  );

const CLUSTER =
  'search shop.svc.cluster.local svc.cluster.local cluster.local lan example.org\nnameserver 10.43.0.10\n';
const HOST = 'search lan example.org\nnameserver 192.0.2.1\noptions timeout:1 rotate\n';

describe('resolv.conf', () => {
  it.each<[string, Partial<DnsInput>, string]>([
    ['ClusterFirst', {}, `${CLUSTER}options ndots:5\n`],
    ['ClusterFirst on the host network', { hostNetwork: true }, HOST],
    [
      'ClusterFirstWithHostNet',
      { policy: 'ClusterFirstWithHostNet', hostNetwork: true },
      `${CLUSTER}options ndots:5\n`,
    ],
    ['Default', { policy: 'Default' }, HOST],
    [
      'None',
      { policy: 'None', custom: { nameservers: ['1.1.1.1'], searches: ['a.b'], options: [{ name: 'edns0' }] } },
      'search a.b\nnameserver 1.1.1.1\noptions edns0\n',
    ],
    ['options that override', { custom: { options: [{ name: 'ndots', value: '2' }] } }, `${CLUSTER}options ndots:2\n`],
  ])('%s', (_name, changes, text) => {
    expect(dns(changes)).toBe(text);
  });

  it('keeps three name servers at most', () => {
    expect(
      dns({ policy: 'None', custom: { nameservers: ['1.0.0.1', '1.0.0.2', '1.0.0.3', '1.0.0.4'] } }),
    ).not.toContain('1.0.0.4');
  });
});

describe('hostname', () => {
  const base = { podName: 'web-0', namespace: 'shop', setHostnameAsFqdn: false, clusterDomain: 'cluster.local' };
  it.each([
    ['the pod name', base, 'web-0', ''],
    ['spec.hostname', { ...base, hostname: 'db' }, 'db', ''],
    ['a subdomain', { ...base, subdomain: 'web' }, 'web-0', 'web.shop.svc.cluster.local'],
    [
      'the FQDN',
      { ...base, subdomain: 'web', setHostnameAsFqdn: true },
      'web-0.web.shop.svc.cluster.local',
      'web.shop.svc.cluster.local',
    ],
    ['63 characters, no trailing dash', { ...base, podName: `${'a'.repeat(62)}-bcd` }, 'a'.repeat(62), ''],
  ])('is %s', (_name, input, nodename, domain) => {
    expect(podHostname(input)).toMatchObject({ nodename, domain });
  });
  it('refuses an FQDN the kernel cannot hold', () => {
    expect(() => podHostname({ ...base, podName: 'p'.repeat(60), subdomain: 's', setHostnameAsFqdn: true })).toThrow(
      '64 characters is the max',
    );
  });
});

describe('hosts file', () => {
  it('names the pod and the aliases', () => {
    expect(
      podHostsFile(['10.42.0.5'], 'web-0', 'web.shop.svc.cluster.local', [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }]),
    ).toBe(`# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
10.42.0.5\tweb-0.web.shop.svc.cluster.local\tweb-0

# Entries added by HostAliases.
1.2.3.4\ta\tb
`);
  });
  it('keeps the node file on the host network', () => {
    expect(hostNetworkHostsFile('127.0.0.1 localhost\n', [])).toBe(
      '# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n',
    );
  });
});
