import { parseIp, type Address } from '../../base/ip-problems.ts';
import { func, member, plain, type CelFunction } from '../cel-function.ts';
import { BOOL, INT, STRING, opaque } from '../cel-type.ts';
import { CelError, CelOpaque, type CelResult } from '../cel-value.ts';
import { SLOW_CALL, type Meter } from '../meter.ts';

export const IP = opaque<CelIp>('net.IP');
export const CIDR = opaque<CelCidr>('net.CIDR');

class CelIp extends CelOpaque {
  readonly type = IP;
  readonly address: Address;

  constructor(address: Address) {
    super();
    this.address = address;
  }

  override get size(): number {
    return bitsOf(this.address) / 8;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelIp && isSameAddress(this.address, other.address);
  }
}

class CelCidr extends CelOpaque {
  readonly type = CIDR;
  readonly address: Address;
  readonly prefix: number;

  constructor(address: Address, prefix: number) {
    super();
    this.address = address;
    this.prefix = prefix;
  }

  override get size(): number {
    return Math.ceil(this.prefix / 8);
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelCidr && this.prefix === other.prefix && isSameAddress(this.address, other.address);
  }
}

const bitsOf = ({ family }: Address): number => (family === 4 ? 32 : 128);
const isSameAddress = (a: Address, b: Address): boolean => a.family === b.family && a.value === b.value;
const MAX_CHARS = 64;

/** Only what Go's netip reads: no leading zeros, no zones, no IPv4 within IPv6. */
function readAddress(text: string, meter: Meter): Address | CelError {
  meter.step(SLOW_CALL);
  const address = text.length > MAX_CHARS ? undefined : parseIp(text);
  if (address !== undefined && !address.hasLeadingZeros) {
    return address.isMapped ? new CelError(`IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`) : address;
  }
  const [bare = '', zone] = text.split('%');
  if (zone !== undefined && zone !== '' && parseIp(bare)?.family === 6)
    return new CelError(`IP address ${JSON.stringify(text)} with zone value is not allowed`);
  return new CelError(`IP Address ${JSON.stringify(text)} parse error during conversion from string: ${why(text)}`);
}

const why = (text: string): string => `ParseAddr(${JSON.stringify(text)}): ${addressProblem(text)}`;

function addressProblem(text: string): string {
  if (!/[.:]/.test(text)) return 'unable to parse IP';
  if (text.includes(':')) return 'unable to parse IP';
  if (/(^|\.)0\d/.test(text)) return 'IPv4 field has octet with leading zero';
  if (/[^\d.]/.test(text)) return 'unexpected character (at "' + text.slice(text.search(/[^\d.]/)) + '")';
  if (text.split('.').some(octet => Number(octet) > 255)) return 'IPv4 field has value >255';
  return text.split('.').length > 4 ? 'IPv4 address too long' : 'IPv4 address too short';
}

function ip(text: string, meter: Meter): CelIp | CelError {
  const address = readAddress(text, meter);
  return address instanceof CelError ? address : new CelIp(address);
}

const CIDR_PROBLEM = 'network address parse error during conversion from string';

function cidr(text: string, meter: Meter): CelCidr | CelError {
  const slash = text.lastIndexOf('/');
  const [bare, bits] = [text.slice(0, Math.max(0, slash)), text.slice(slash + 1)];
  const quoted = JSON.stringify(text);
  const problem = (what: string): CelError =>
    new CelError(`${CIDR_PROBLEM}: ${CIDR_PROBLEM}: netip.ParsePrefix(${quoted}): ${what}`);
  if (slash < 0) return problem('no /');
  const address = readAddress(bare, meter);
  if (address instanceof CelError) {
    return address.message.startsWith('IPv4-mapped')
      ? new CelError(`${CIDR_PROBLEM}: IPv4-mapped IPv6 address ${quoted} is not allowed`)
      : problem(why(bare));
  }
  if (!/^(0|[1-9]\d{0,2})$/.test(bits)) return problem(`bad bits after slash: ${JSON.stringify(bits)}`);
  return Number(bits) > bitsOf(address) ? problem('prefix length out of range') : new CelCidr(address, Number(bits));
}

const network = (value: bigint, of: CelCidr): bigint => value >> BigInt(bitsOf(of.address) - of.prefix);

const contains = (range: CelCidr, address: Address): boolean =>
  range.address.family === address.family && network(range.address.value, range) === network(address.value, range);

const containsRange = (range: CelCidr, other: CelCidr): boolean =>
  range.prefix <= other.prefix && contains(range, other.address);

function masked({ address, prefix }: CelCidr): CelCidr {
  const bits = BigInt(bitsOf(address) - prefix);
  return new CelCidr(withValue(address, (address.value >> bits) << bits), prefix);
}

function withValue({ family }: Address, value: bigint): Address {
  const groups = value.toString(16).padStart(32, '0').match(/.{4}/g) ?? [];
  const text = family === 4 ? [24n, 16n, 8n, 0n].map(shift => (value >> shift) & 255n).join('.') : groups.join(':');
  return parseIp(text) ?? { family, value, canonical: text, isMapped: false, hasLeadingZeros: false };
}

/** Of each kind of address, for IPv4 and for IPv6. */
const among =
  (four: (value: bigint) => boolean, six: (value: bigint) => boolean) =>
  ({ address: { family, value } }: CelIp): boolean =>
    family === 4 ? four(value) : six(value);

const isUnspecified = among(
  value => value === 0n,
  value => value === 0n,
);
const isLoopback = among(
  value => value >> 24n === 127n,
  value => value === 1n,
);
const isLinkLocalMulticast = among(
  value => value >> 8n === 0xe0_0000n,
  value => ((value >> 112n) & 0xff0fn) === 0xff02n,
);
const isLinkLocalUnicast = among(
  value => value >> 16n === 0xa9fen,
  value => value >> 118n === 0x3fan,
);
const isMulticast = among(
  value => value >> 28n === 0xen,
  value => value >> 120n === 0xffn,
);
const isBroadcast = among(
  value => value === 0xffff_ffffn,
  () => false,
);
const isGlobalUnicast = (address: CelIp): boolean =>
  ![isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isBroadcast].some(is => is(address));

const orError = <T>(read: T | CelError, then: (value: T) => CelResult): CelResult =>
  read instanceof CelError ? read : then(read);

const is = (name: string, id: string, test: (address: CelIp) => boolean): CelFunction =>
  func(
    name,
    member(id, [IP], BOOL, ([address]) => test(address)),
  );

export const IP_FUNCTIONS: readonly CelFunction[] = [
  func(
    'ip',
    plain('string_to_ip', [STRING], IP, ([text], meter) => ip(text, meter)),
    member('cidr_ip', [CIDR], IP, ([range]) => new CelIp(range.address)),
  ),
  func(
    'isIP',
    plain('is_ip', [STRING], BOOL, ([text], meter) => !(ip(text, meter) instanceof CelError)),
  ),
  func(
    'ip.isCanonical',
    plain('ip_is_canonical', [STRING], BOOL, ([text], meter) =>
      orError(readAddress(text, meter), ({ canonical }) => canonical === text),
    ),
  ),
  func(
    'family',
    member('ip_family', [IP], INT, ([{ address }]) => BigInt(address.family)),
  ),
  is('isUnspecified', 'ip_is_unspecified', isUnspecified),
  is('isLoopback', 'ip_is_loopback', isLoopback),
  is('isLinkLocalMulticast', 'ip_is_link_local_multicast', isLinkLocalMulticast),
  is('isLinkLocalUnicast', 'ip_is_link_local_unicast', isLinkLocalUnicast),
  is('isGlobalUnicast', 'ip_is_global_unicast', isGlobalUnicast),
  func(
    'string',
    plain('ip_to_string', [IP], STRING, ([{ address }]) => address.canonical),
    plain('cidr_to_string', [CIDR], STRING, ([{ address, prefix }]) => `${address.canonical}/${prefix}`),
  ),
  func(
    'cidr',
    plain('string_to_cidr', [STRING], CIDR, ([text], meter) => cidr(text, meter)),
  ),
  func(
    'isCIDR',
    plain('is_cidr', [STRING], BOOL, ([text], meter) => !(cidr(text, meter) instanceof CelError)),
  ),
  func(
    'containsIP',
    member('cidr_contains_ip_string', [CIDR, STRING], BOOL, ([range, text], meter) =>
      orError(readAddress(text, meter), address => contains(range, address)),
    ),
    member('cidr_contains_ip_ip', [CIDR, IP], BOOL, ([range, { address }]) => contains(range, address)),
  ),
  func(
    'containsCIDR',
    member('cidr_contains_cidr_string', [CIDR, STRING], BOOL, ([range, text], meter) =>
      orError(cidr(text, meter), other => containsRange(range, other)),
    ),
    member('cidr_contains_cidr', [CIDR, CIDR], BOOL, ([range, other]) => containsRange(range, other)),
  ),
  func(
    'prefixLength',
    member('cidr_prefix_length', [CIDR], INT, ([{ prefix }]) => BigInt(prefix)),
  ),
  func(
    'masked',
    member('cidr_masked', [CIDR], CIDR, ([range]) => masked(range)),
  ),
];
