import { MAX_HOSTNAME } from '../limits.ts';

export interface HostnameInput {
  readonly podName: string;
  readonly namespace: string;
  readonly hostname?: string;
  readonly hostnameOverride?: string;
  readonly subdomain?: string;
  readonly setHostnameAsFqdn: boolean;
  readonly clusterDomain: string;
}

export interface PodHostname {
  /** What the kernel is told. */
  readonly nodename: string;
  /** First label, as /etc/hosts shows it. */
  readonly short: string;
  /** Empty without a subdomain. */
  readonly domain: string;
}

/** Throws when setHostnameAsFQDN asks for a name longer than the kernel's 64 bytes (uname(2)). */
export function podHostname(input: HostnameInput): PodHostname {
  if (input.hostnameOverride !== undefined && input.hostnameOverride !== '') {
    return { nodename: input.hostnameOverride, short: input.hostnameOverride, domain: '' };
  }
  const wanted = input.hostname === undefined || input.hostname === '' ? input.podName : input.hostname;
  const short = wanted.slice(0, MAX_HOSTNAME).replace(/[-.]+$/, '');
  const { subdomain = '' } = input;
  const domain = subdomain === '' ? '' : `${subdomain}.${input.namespace}.svc.${input.clusterDomain}`;
  if (!input.setHostnameAsFqdn || domain === '') return { nodename: short, short, domain };
  const fqdn = `${short}.${domain}`;
  if (fqdn.length > MAX_HOSTNAME + 1) {
    throw new Error(
      `failed to construct FQDN from pod hostname and cluster domain, FQDN ${fqdn} is too long (${MAX_HOSTNAME + 1} characters is the max, ${fqdn.length} characters requested)`,
    );
  }
  return { nodename: fqdn, short, domain };
}
