import type { Stats } from 'node:fs';
import type { Files } from '../../../src/base/world.ts';
import { expect, it } from 'vitest';
import { volumeDevices } from './volume-devices.ts';

/** A disk, of whom its group may do as its owner does, and something that is none. */
const files = {
  stat: (path: string) =>
    Promise.resolve({ isBlockDevice: () => path === '/disk', rdev: 0x0705, mode: 0o060660 } as Stats),
} as unknown as Pick<Files, 'stat'>;
const devices = new Map(
  Object.entries({
    mine: { path: '/disk', isReadOnly: false },
    read: { path: '/disk', isReadOnly: true },
    file: { path: '/file', isReadOnly: false },
  }),
);
const of = (name: string, devicePath = '/dev/xvda') =>
  volumeDevices(files, { name: 'app', volumeDevices: [{ name, devicePath }] }, { devices });

it('a container has the devices of its volumes at the paths it names, and only reads those it claims so', async () => {
  const device = { path: '/dev/xvda', type: 'b', major: 7, minor: 5, mode: 0o660 };
  expect(await of('mine')).toEqual([{ ...device, access: 'rwm' }]);
  expect(await of('read')).toEqual([{ ...device, access: 'r' }]);
  expect(await volumeDevices(files, { name: 'app' }, { devices })).toEqual([]);
});

it.each<[string, string, string, string]>([
  ['mine', 'xvda', 'CreateContainerConfigError', 'error DevicePath `xvda` must be an absolute path'],
  ['gone', '/x', 'CreateContainerConfigError', 'cannot find volume "gone" to pass into container "app"'],
  ['file', '/x', 'CreateContainerError', 'failed to generate spec: /file is not a device node'],
])('%s at %s: %s', async (name, path, code, message) => {
  await expect(of(name, path)).rejects.toMatchObject({ code, message });
});
