import { type Stored, list, object, string } from '../../../../src/schema/schema.ts';

export const podDnsConfigOption = object({
  name: string().omitEmpty().at(1),
  value: string().optional().at(2),
}).named('io.k8s.api.core.v1.PodDNSConfigOption');
export type PodDNSConfigOption = Stored<typeof podDnsConfigOption>;

export const podDnsConfig = object({
  nameservers: list(string()).omitEmpty().at(1),
  searches: list(string()).omitEmpty().at(2),
  options: list(podDnsConfigOption).omitEmpty().at(3),
}).named('io.k8s.api.core.v1.PodDNSConfig');
export type PodDNSConfig = Stored<typeof podDnsConfig>;
