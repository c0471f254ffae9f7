import type { ContainerDevice } from '../contract.ts';

/** Devices that a rule is about; `null` stands for every number. */
export interface DeviceRule {
  readonly type: 'c' | 'b';
  readonly major: number | null;
  readonly minor: number | null;
  /** Of `r`, `w` and `m`. */
  readonly access: string;
}

const character = (major: number, minor: number | null): DeviceRule => ({ type: 'c', major, minor, access: 'rwm' });

/** What a container may do with devices: make a node of any, which without access is harmless, and use these. */
export const DEVICE_RULES: readonly DeviceRule[] = [
  { type: 'c', major: null, minor: null, access: 'm' },
  { type: 'b', major: null, minor: null, access: 'm' },
  character(1, 3), // null
  character(1, 5), // zero
  character(1, 7), // full
  character(1, 8), // random
  character(1, 9), // urandom
  character(5, 0), // tty
  character(5, 1), // console
  character(5, 2), // ptmx
  character(136, null), // terminals of /dev/pts
];

/** What is allowed besides, for devices of its own. */
export const ownRules = (devices: readonly ContainerDevice[] = []): readonly DeviceRule[] =>
  devices.map(({ type, major, minor, access }) => ({ type, major, minor, access }));

/** As devices.allow of cgroup v1 takes it. */
export const ruleText = ({ type, major, minor, access }: DeviceRule): string =>
  `${type} ${major ?? '*'}:${minor ?? '*'} ${access}`;
