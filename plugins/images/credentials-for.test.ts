import { describe, expect, it } from 'vitest';
import { parseReference } from './reference.ts';
import { credentialsFor } from './credentials-for.ts';

describe('logins of pull secrets', () => {
  it.each([
    ['https://index.docker.io/v1/', 'busybox', true],
    ['docker.io', 'busybox', true],
    ['example.com', 'example.com/a', true],
    ['example.com', 'example.com:5000/a', false],
    ['example.com:5000', 'example.com:5000/a', true],
    ['*.example.com', 'r.example.com/a', true],
    ['*.example.com', 'a.b.example.com/a', false],
    ['*.example.com', 'example.com/a', false],
    ['r*-eu.example.com', 'r1-eu.example.com/a', true],
    ['example.com/team', 'example.com/team/a', true],
    ['example.com/team', 'example.com/teamster/a', false],
    ['evil.com', 'example.com/a', false],
  ])('%s is for %s: %s', (registry, image, matches) => {
    const credential = { registry, username: 'u', password: 'p' };
    expect(credentialsFor([credential], parseReference(image))).toEqual(matches ? [credential] : []);
  });

  it('come with the most specific first', () => {
    const of = (registry: string): { registry: string; username: string; password: string } => ({
      registry,
      username: '',
      password: '',
    });
    const sorted = credentialsFor([of('a.io'), of('a.io/x/y'), of('a.io/x')], parseReference('a.io/x/y'));
    expect(sorted.map(({ registry }) => registry)).toEqual(['a.io/x/y', 'a.io/x', 'a.io']);
  });
});
