import { expect, it } from 'vitest';
import { registryCredentials } from './registry-credentials.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const secret = (key: string, content: unknown) => ({
  text: {},
  binary: { [key]: base64(typeof content === 'string' ? content : JSON.stringify(content)) },
});
const json = (auths: unknown) => secret('.dockerconfigjson', { auths });
const AUTH = base64('fred:se:cret');

it.each([
  [json({ 'a.io': { auth: AUTH } }), [{ registry: 'a.io', username: 'fred', password: 'se:cret' }]],
  [secret('.dockercfg', { 'a.io': { auth: AUTH } }), [{ registry: 'a.io', username: 'fred', password: 'se:cret' }]],
  [json({ 'b.io': { username: 'u', password: 'p' } }), [{ registry: 'b.io', username: 'u', password: 'p' }]],
  [
    json({ 'c.io': { username: 'u', password: 'p', auth: AUTH } }),
    [{ registry: 'c.io', username: 'fred', password: 'se:cret' }],
  ],
  [json({ 'd.io': { username: 'u', password: 'p', auth: '' } }), [{ registry: 'd.io', username: 'u', password: 'p' }]],
  [json({ 'e.io': { username: 'u' }, 'f.io': { auth: base64('nobody') }, 'g.io': { auth: 1 }, 'h.io': null }), []],
  [json([]), []],
  [secret('.dockerconfigjson', '{"auths": ['), []],
  [secret('other', {}), []],
])('reads the logins of a pull secret: %j', (given, logins) => {
  expect(registryCredentials([given])).toEqual(logins);
});
