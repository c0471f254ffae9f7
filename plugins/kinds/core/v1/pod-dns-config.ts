import { type Stored, list, object, string } from '../../../../src/schema/schema.ts';

export const podDnsConfigOption = object({
  name: string().omitEmpty().doc('Its name.').at(1),
  value: string().optional().doc('Its value.').at(2),
})
  .named('io.k8s.api.core.v1.PodDNSConfigOption')
  .doc('An option of the resolver.');
export type PodDNSConfigOption = Stored<typeof podDnsConfigOption>;

export const podDnsConfig = object({
  nameservers: list(string()).omitEmpty().doc('Addresses of name servers.').at(1),
  searches: list(string()).omitEmpty().doc('Domains to search in.').at(2),
  options: list(podDnsConfigOption).omitEmpty().doc('Options of the resolver.').at(3),
})
  .named('io.k8s.api.core.v1.PodDNSConfig')
  .doc('Settings of the resolver.');
export type PodDNSConfig = Stored<typeof podDnsConfig>;
