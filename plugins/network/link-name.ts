import { createHash } from 'node:crypto';

/**
 * Names of links this data dir makes (IFNAMSIZ is 16 with its NUL): `tp`, six digits of the data dir, then
 * seven of the pod and its namespace. Two servers on one machine thus never meet, and a pod whose sandbox is
 * made anew gets a new name while the old link is still being torn down.
 */
export interface LinkNames {
  /** What every name of this data dir starts with. */
  readonly prefix: string;
  pod(podUid: string, netnsInode: number): string;
  service(netnsInode: number): string;
  /** What the name of the link to services starts with. */
  readonly services: string;
  /** The link to nodes behind routers; `made` are six digits that say how it was made. */
  tunnel(made: string): string;
  /** The nf_tables table of this data dir, and that of policies. */
  readonly table: string;
  readonly policyTable: string;
}

export function linkNames(dataDir: string): LinkNames {
  const node = digits(dataDir, 6);
  const prefix = `tp${node}`;
  return {
    prefix,
    pod: (podUid, netnsInode) => prefix + digits(`${podUid}:${netnsInode}`, 7),
    // `s` is no hexadecimal digit: never a pod's name.
    services: `${prefix}s`,
    service: netnsInode => `${prefix}s${netnsInode.toString(36).slice(-6)}`,
    // As little as `s`.
    tunnel: made => `${prefix}v${made}`,
    table: `tiphys-${node}`,
    policyTable: `tiphys-${node}-policies`,
  };
}

/** The node's end of every pod link; the pod's gateway entry is permanent, so it is never asked for. */
export const gatewayMac = 'ee:ee:ee:ee:ee:ee';

/** A locally administered address made from the IPv4 one, unique where that is. */
export const macOf = (address: string): string =>
  ['0a', '58', ...address.split('.').map(octet => Number(octet).toString(16).padStart(2, '0'))].join(':');

const digits = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);
