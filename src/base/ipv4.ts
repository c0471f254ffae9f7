/** IPv4 addresses as unsigned 32-bit numbers, most significant octet first. */
export function parseIpv4(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  let value = 0;
  for (const octet of text.split('.')) {
    if (Number(octet) > 255 || (octet.length > 1 && octet.startsWith('0'))) return undefined;
    value = value * 256 + Number(octet);
  }
  return value;
}

export const formatIpv4 = (address: number): string =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

export interface Cidr {
  /** Network address, host bits clear. */
  readonly first: number;
  readonly prefix: number;
  readonly size: number;
}

/** Throws when `text` is no IPv4 CIDR: it comes from configuration, checked once at start. */
export function parseCidr(text: string): Cidr {
  const [network = '', length = ''] = text.split('/');
  const address = parseIpv4(network);
  const prefix = /^\d{1,2}$/.test(length) ? Number(length) : Number.NaN;
  if (address === undefined || !(prefix <= 32)) throw new Error(`${text} is not an IPv4 CIDR`);
  const size = 2 ** (32 - prefix);
  return { first: address - (address % size), prefix, size };
}

export const cidrContains = (cidr: Cidr, address: number): boolean =>
  address >= cidr.first && address < cidr.first + cidr.size;

/** The first address after the network's own, which the `kubernetes` service takes. */
export const firstAddress = (cidr: string): string => formatIpv4(parseCidr(cidr).first + 1);
