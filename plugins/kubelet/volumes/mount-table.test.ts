import { describe, expect, it } from 'vitest';
import { isOnItself, mountAt, mountEntries } from './mount-table.ts';

const TABLE = mountEntries(
  [
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
    '24 27 0:6 / /dev rw shared:2 - devtmpfs devtmpfs rw',
    '48 27 254:0 /var/lib/kubelet /var/lib/kubelet rw shared:1 master:4 - ext4 /dev/vda rw',
    '49 48 0:40 / /var/lib/kubelet/pods/a\\040b rw shared:5 - tmpfs none rw',
    '50 27 8:1 / /srv rw - ext4 /dev/sda1 rw',
    '51 27 254:0 /elsewhere /mnt rw shared:9 - ext4 /dev/vda rw',
    '60 27 0:50 / /covered/deep rw shared:7 - tmpfs none rw',
    '61 27 0:51 / /covered rw - tmpfs none rw',
    '70 50 8:1 /own /srv/own rw shared:8 - ext4 /dev/sda1 rw',
    '',
  ].join('\n'),
);

describe('the table of mounts', () => {
  it.each([
    ['/etc', '/', false],
    ['/var/lib/kubelet', '/var/lib/kubelet', true],
    ['/var/lib/kubelet/pods/x', '/var/lib/kubelet', true],
    ['/var/lib/kubelet/pods/a b/c', '/var/lib/kubelet/pods/a b', true],
    ['/var/lib/kubelet-other', '/', false],
    ['/covered/deep/x', '/covered', false],
    ['/srv/own', '/srv/own', true],
  ])('tells what %s lies on', (path, point, isShared) => {
    expect(mountAt(TABLE, path)).toMatchObject({ path: point, isShared });
  });

  it.each([
    ['/var/lib/kubelet', true],
    ['/srv/own', true],
    // Somebody's disk, somebody's other folder, and what is no mount.
    ['/srv', false],
    ['/mnt', false],
    ['/var/lib', false],
  ])('tells of %s whether it is mounted on itself', (folder, is) => {
    expect(isOnItself(TABLE, folder)).toBe(is);
  });
});
