import { func, member, plain, type CelFunction } from '../cel-function.ts';
import { BOOL, INT, STRING, struct } from '../cel-type.ts';
import { CelError, CelOpaque, type CelResult } from '../cel-value.ts';

export const SEMVER = struct<CelSemver>('kubernetes.Semver');

interface Version {
  /** Major, minor, patch. */
  readonly numbers: readonly bigint[];
  readonly prerelease: readonly (bigint | string)[];
}

class CelSemver extends CelOpaque {
  readonly type = SEMVER;
  readonly version: Version;

  constructor(version: Version) {
    super();
    this.version = version;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelSemver && compareVersions(this.version, other.version) === 0;
  }
}

const MAX_CHARS = 1024;
const MAX_NUMBER = 2n ** 64n - 1n;

/** A version as semver.org has it. */
function readVersion(text: string): Version | CelError {
  if (text === '') return new CelError('Version string empty');
  if (text.length > MAX_CHARS) return new CelError('Version string too long');
  const [major, minor, ...more] = text.split('.');
  if (major === undefined || minor === undefined || more.length === 0)
    return new CelError('No Major.Minor.Patch elements found');
  const [, patch = '', prerelease, build] = /^([^-+]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(more.join('.')) ?? [];
  const numbers: bigint[] = [];
  for (const [name, said] of [
    ['Major', major],
    ['Minor', minor],
    ['Patch', patch],
  ] as const) {
    const number = readNumber(said, name);
    if (number instanceof CelError) return number;
    numbers.push(number);
  }
  const parts: (bigint | string)[] = [];
  for (const said of prerelease?.split('.') ?? []) {
    const part = readPrerelease(said);
    if (part instanceof CelError) return part;
    parts.push(part);
  }
  for (const part of build?.split('.') ?? []) {
    if (part === '') return new CelError('Build meta data is empty');
    if (/[^0-9A-Za-z-]/.test(part))
      return new CelError(`Invalid character(s) found in build meta data ${JSON.stringify(part)}`);
  }
  return { numbers, prerelease: parts };
}

function readNumber(text: string, name: string): bigint | CelError {
  if (!/^\d+$/.test(text))
    return new CelError(
      text === ''
        ? `strconv.ParseUint: parsing "": invalid syntax`
        : `Invalid character(s) found in ${name.toLowerCase()} number ${JSON.stringify(text)}`,
    );
  if (text.length > 1 && text.startsWith('0'))
    return new CelError(`${name} number must not contain leading zeroes ${JSON.stringify(text)}`);
  const value = BigInt(text);
  return value > MAX_NUMBER
    ? new CelError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`)
    : value;
}

function readPrerelease(text: string): bigint | string | CelError {
  if (text === '') return new CelError('Prerelease is empty');
  if (/^\d+$/.test(text))
    return text.length > 1 && text.startsWith('0')
      ? new CelError(`Numeric PreRelease version must not contain leading zeroes ${JSON.stringify(text)}`)
      : BigInt(text);
  return /[^0-9A-Za-z-]/.test(text)
    ? new CelError(`Invalid character(s) found in prerelease ${JSON.stringify(text)}`)
    : text;
}

/** Forgives a `v`, leading zeros and missing parts. */
function normalized(text: string): string | CelError {
  const parts = text.replace(/^v/, '').split('.');
  const three = parts.length > 3 ? [parts[0] ?? '', parts[1] ?? '', parts.slice(2).join('.')] : parts;
  const bare = three.map(part => (part.length > 1 ? part.replace(/^0+/, '').replace(/^(?!\d)/, '0') : part));
  if (bare.length >= 3) return bare.join('.');
  if (/[+-]/.test(bare.at(-1) ?? '')) return new CelError('short version cannot contain PreRelease/Build meta data');
  return [...bare, '0', '0'].slice(0, 3).join('.');
}

export function semver(text: string, normalizes: boolean): CelResult {
  const said = normalizes ? normalized(text.slice(0, MAX_CHARS + 1)) : text;
  const version = said instanceof CelError ? said : readVersion(said);
  return version instanceof CelError ? version : new CelSemver(version);
}

function compareVersions(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return Math.sign(b.prerelease.length - a.prerelease.length);
  for (const [index, part] of a.prerelease.entries()) {
    const other = b.prerelease[index];
    const order = other === undefined ? 1 : comparePrereleases(part, other);
    if (order !== 0) return order;
  }
  return a.prerelease.length < b.prerelease.length ? -1 : 0;
}

function comparePrereleases(a: bigint | string, b: bigint | string): number {
  if (typeof a !== typeof b) return typeof a === 'bigint' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

const order = (name: string, id: string, holds: (order: number) => boolean): CelFunction =>
  func(
    name,
    member(id, [SEMVER, SEMVER], BOOL, ([a, b]) => holds(compareVersions(a.version, b.version))),
  );
const part = (name: string, index: 0 | 1 | 2): CelFunction =>
  func(
    name,
    member(`semver_${name}`, [SEMVER], INT, ([{ version }]) => BigInt.asIntN(64, version.numbers[index] ?? 0n)),
  );

export const SEMVER_FUNCTIONS: readonly CelFunction[] = [
  func(
    'semver',
    plain('string_to_semver', [STRING], SEMVER, ([text]) => semver(text, false)),
    plain('string_bool_to_semver', [STRING, BOOL], SEMVER, ([text, normalizes]) => semver(text, normalizes)),
  ),
  func(
    'isSemver',
    plain('is_semver_string', [STRING], BOOL, ([text]) => !(semver(text, false) instanceof CelError)),
    plain(
      'is_semver_string_bool',
      [STRING, BOOL],
      BOOL,
      ([text, normalizes]) => !(semver(text, normalizes) instanceof CelError),
    ),
  ),
  order('isGreaterThan', 'semver_is_greater_than', found => found > 0),
  order('isLessThan', 'semver_is_less_than', found => found < 0),
  func(
    'compareTo',
    member('semver_compare_to', [SEMVER, SEMVER], INT, ([a, b]) => BigInt(compareVersions(a.version, b.version))),
  ),
  part('major', 0),
  part('minor', 1),
  part('patch', 2),
];
