import { expect, it } from 'vitest';
import type { Mount } from '../../runtime/contract.ts';
import { SharedRoot, unshareRoot } from './shared-root.ts';

const ROOT = '/var/lib/kubelet';
const PRIVATE = '27 1 254:0 / / rw - ext4 /dev/vda rw\n';
const SHARED = `${PRIVATE}48 27 254:0 ${ROOT} ${ROOT} rw shared:1 - ext4 /dev/vda rw\n`;

function scene(table: string) {
  const shared: string[] = [];
  const native = {
    readBounded: () => Promise.resolve(Buffer.from(shared.length === 0 ? table : SHARED)),
    shareFolder: (path: string) => void shared.push(path),
  };
  const files = { mkdir: () => Promise.resolve(undefined), realpath: (path: string) => Promise.resolve(path) };
  return { shared, root: new SharedRoot({ world: { files: files as never }, native, root: ROOT }) };
}
const mount = (source: string, propagation: Mount['propagation'] = 'rshared'): Mount => ({
  source,
  target: source,
  readOnly: false,
  propagation,
});

it.each([
  ['one of a driver', PRIVATE, [mount(`${ROOT}/pods`), mount(`${ROOT}/plugins`)], [ROOT]],
  ['one that only follows', PRIVATE, [mount(`${ROOT}/pods`, 'rslave')], [ROOT]],
  ['one that is its own', PRIVATE, [mount(`${ROOT}/pods`, 'private')], []],
  ['one elsewhere that only follows', PRIVATE, [mount('/srv', 'rslave')], []],
  ['what is shared already', SHARED, [mount(ROOT)], []],
  ['all of a node that shares all', PRIVATE.replace('rw -', 'rw shared:1 -'), [mount(ROOT), mount('/srv')], []],
])('the kubelet’s folder is shared for mounts that need it: %s', async (_, table, mounts, shares) => {
  const { root, shared } = scene(table);
  await Promise.all([root.admit(mounts), root.admit(mounts)]);
  expect(shared).toEqual(shares);
});

it.each([
  ['elsewhere', PRIVATE, '/srv', '/'],
  ['where it would hide what is mounted', `${PRIVATE}50 27 0:9 / ${ROOT}/pods/a rw - tmpfs none rw\n`, ROOT, '/'],
])('a mount %s cannot be shared, and that is told', async (_, table, source, point) => {
  const { root, shared } = scene(table);
  await expect(root.admit([mount(source)])).rejects.toMatchObject({
    code: 'CreateContainerError',
    message: `failed to generate spec: path "${source}" is mounted on "${point}" but it is not a shared mount`,
  });
  expect(shared).toEqual([]);
});

it.each([
  ['its own', SHARED, [ROOT]],
  ['none', PRIVATE, []],
  ['a disk that somebody shares', `${PRIVATE}48 27 8:1 / ${ROOT} rw shared:1 - ext4 /dev/sda1 rw\n`, []],
  ['somebody’s that is not shared', SHARED.replace('shared:1 ', ''), []],
])('of what is mounted at the folder it unmounts only its own: %s', async (_, table, gone) => {
  const unmounted: string[] = [];
  const native = {
    readBounded: () => Promise.resolve(Buffer.from(table)),
    unmount: (path: string) => void unmounted.push(path),
  };
  await unshareRoot(native, ROOT);
  expect(unmounted).toEqual(gone);
});
