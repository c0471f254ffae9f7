import { expect, it } from 'vitest';
import { serverRole } from './server-role.ts';

it.each([
  ['', 'store-sqlite', 'store-etcd'],
  ['http://127.0.0.1:2379', 'store-etcd', 'store-sqlite'],
])('takes, for endpoints %j, the store %s and leaves %s', (storeEndpoints, taken, left) => {
  const { plugins, first } = serverRole({ storeEndpoints });
  expect([...first, taken in plugins, left in plugins, 'apiserver' in plugins]).toEqual([taken, true, false, true]);
});

it.each([
  ['nothing is said of it', {}, false],
  ['all is said as it would be unsaid', { oidcUsernameClaim: 'sub', oidcSigningAlgs: ['RS256'] }, false],
  ['an issuer is named', { oidcIssuerUrl: 'https://issuer.test' }, true],
  ['a file says which', { authenticationConfig: '/etc/tiphys/authentication.yaml' }, true],
  ['half is said, for it to complain', { oidcGroupsClaim: 'groups' }, true],
])('takes OpenID Connect or leaves it, where %s', (_, settings, isTaken) => {
  expect('openid' in serverRole({ storeEndpoints: '', ...settings }).plugins).toBe(isTaken);
});

it.each([
  ['nothing is said of it', { encryptionProviderConfig: '' }, false],
  ['a file says how', { encryptionProviderConfig: '/etc/tiphys/encryption.yaml' }, true],
  ['half is said, for it to complain', { encryptionProviderConfigAutomaticReload: true }, true],
])('seals what the store keeps or does not, where %s', async (_, settings, isTaken) => {
  const { plugins, first } = serverRole({ storeEndpoints: '', ...settings });
  const store = await plugins['store-sqlite']?.();
  expect(['encryption' in plugins, first.includes('encryption')]).toEqual([isTaken, isTaken]);
  expect('needs' in (store?.default ?? {})).toBe(isTaken);
});
