import { ALL_CAPABILITIES, DEFAULT_CAPABILITIES } from '../../../src/base/linux-capabilities.ts';

export interface CapabilityChanges {
  readonly add?: readonly string[];
  readonly drop?: readonly string[];
}

/** The set a container keeps. `ALL` may stand in either list; single names are applied after it. */
export function containerCapabilities(changes: CapabilityChanges | undefined, privileged: boolean): readonly string[] {
  if (privileged) return ALL_CAPABILITIES;
  const add = (changes?.add ?? []).map(prefixed);
  const drop = (changes?.drop ?? []).map(prefixed);
  const base = drop.includes('CAP_ALL') ? [] : add.includes('CAP_ALL') ? ALL_CAPABILITIES : DEFAULT_CAPABILITIES;
  const kept = new Set<string>(base);
  for (const name of add) if (name !== 'CAP_ALL') kept.add(name);
  for (const name of drop) kept.delete(name);
  return [...kept];
}

const prefixed = (name: string): string => {
  const upper = name.toUpperCase();
  return upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
};
