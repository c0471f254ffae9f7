import type { DeviceNode } from './plan.ts';

/** Character devices of every container, by the runtime-spec's default list. */
export const DEFAULT_DEVICES: readonly DeviceNode[] = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
].map(([name, major, minor]) => ({
  path: `/dev/${name}`,
  type: 'c',
  major: Number(major),
  minor: Number(minor),
  mode: 0o666,
}));

/** Path and what it points at. */
export const DEVICE_LINKS: readonly (readonly [string, string])[] = [
  ['/dev/fd', '/proc/self/fd'],
  ['/dev/stdin', '/proc/self/fd/0'],
  ['/dev/stdout', '/proc/self/fd/1'],
  ['/dev/stderr', '/proc/self/fd/2'],
  ['/dev/core', '/proc/kcore'],
  ['/dev/ptmx', 'pts/ptmx'],
];
