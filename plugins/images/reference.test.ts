import { describe, expect, it } from 'vitest';
import { ImageError } from './contract.ts';
import { formatReference, parseReference } from './reference.ts';

const D = `sha256:${'ab'.repeat(32)}`;

describe('parseReference', () => {
  it.each([
    ['busybox', 'docker.io/library/busybox:latest'],
    ['busybox:1.35', 'docker.io/library/busybox:1.35'],
    ['docker.io/busybox', 'docker.io/library/busybox:latest'],
    ['index.docker.io/team/app', 'docker.io/team/app:latest'],
    ['team/app', 'docker.io/team/app:latest'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['127.0.0.1:5055/a/b/c:t_1.2-3', '127.0.0.1:5055/a/b/c:t_1.2-3'],
    ['[2001:db8::1]:5000/app', '[2001:db8::1]:5000/app:latest'],
    ['registry.k8s.io/pause@' + D, `registry.k8s.io/pause@${D}`],
    ['quay.io/a/b:v1@' + D, `quay.io/a/b:v1@${D}`],
    ['a__b/c--d.e_f', 'docker.io/a__b/c--d.e_f:latest'],
    ['Registry/app', 'Registry/app:latest'],
  ])('makes %s whole', (name, whole) => {
    expect(formatReference(parseReference(name))).toBe(whole);
  });

  it.each([
    ['', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['busybox:', 'invalid reference format'],
    [':tag', 'invalid reference format'],
    ['busybox@sha256:abc', 'invalid reference format'],
    ['busybox@md5:' + 'a'.repeat(32), 'invalid reference format'],
    ['-app', 'invalid reference format'],
    ['a//b', 'invalid reference format'],
    ['a/b/', 'invalid reference format'],
    ['https://example.com/app', 'invalid reference format'],
    ['../app', 'invalid reference format'],
    ['app\n', 'invalid reference format'],
    [`app:${'t'.repeat(129)}`, 'invalid reference format'],
    ['example.com/App', 'invalid reference format: repository name (App) must be lowercase'],
    ['a'.repeat(256), 'repository name must not be more than 255 characters'],
    ['f'.repeat(64), `invalid repository name (${'f'.repeat(64)}), cannot specify 64-byte hexadecimal strings`],
  ])('refuses %j in the words of the kubelet', (name, why) => {
    expect(() => parseReference(name)).toThrow(
      new ImageError(
        'InvalidImageName',
        `Failed to apply default image tag "${name}": couldn't parse image name "${name}": ${why}`,
      ),
    );
  });
});
