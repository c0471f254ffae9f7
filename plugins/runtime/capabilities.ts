import { ALL_CAPABILITIES, type Capability } from '../../src/base/linux-capabilities.ts';

const NUMBERS: ReadonlyMap<string, bigint> = new Map(ALL_CAPABILITIES.map((name, number) => [name, BigInt(number)]));

/** As capset(2) takes them. A name that Linux does not know throws with that name. */
export function capabilityMask(names: Iterable<string>): bigint {
  let mask = 0n;
  for (const name of names) {
    const number = NUMBERS.get(name);
    if (number === undefined) throw new RangeError(`unknown capability "${name}"`);
    mask |= 1n << number;
  }
  return mask;
}

export function knownCapabilities(names: Iterable<string>): ReadonlySet<Capability> {
  const wanted = new Set<string>(names);
  return new Set(ALL_CAPABILITIES.filter(name => wanted.has(name)));
}
