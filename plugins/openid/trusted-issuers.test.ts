import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { World } from '../../src/base/world.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { manualWorld } from '../../src/sdk/testing/manual-world.ts';
import { DOCUMENT_BYTES, FETCH_MS, FETCH_PAUSE_MS } from './limits.ts';
import type { Issuer } from './read-issuers.ts';
import { TrustedIssuers } from './trusted-issuers.ts';
import {
  DISCOVERY,
  ecKey,
  KEYS,
  rsaKey,
  testIssuer,
  tokenOf,
  type SigningKey,
  type TestIssuer,
} from './testing/test-issuer.ts';

const NOW = Date.UTC(2026, 0, 1);
const SECOND = NOW / 1000;
const first = rsaKey('first');
const second = rsaKey('second');

let issuer: TestIssuer;
let nowMs = NOW;
const clock = { now: () => nowMs, monotonicMs: () => nowMs };
let trusted: TrustedIssuers;
beforeAll(async () => {
  issuer = await testIssuer([first]);
});
afterAll(() => issuer[Symbol.asyncDispose]());
beforeEach(() => {
  nowMs = NOW;
  issuer.keys = [first];
  issuer.replies.clear();
  issuer.asked.length = 0;
});
afterEach(() => trusted.replace([]));

type Ask = (token: string) => Promise<UserInfo | undefined>;
const settings = (more: Partial<Issuer> = {}): Issuer => ({
  url: issuer.url,
  audiences: ['me'],
  algorithms: ['RS256'],
  ca: issuer.ca,
  claims: { username: { claim: 'sub', prefix: '' }, extra: [], required: new Map(), claimRules: [], userRules: [] },
  ...more,
});
async function open(
  more: Partial<Issuer> = {},
  { timers, processes }: Pick<World, 'timers' | 'processes'> = hostWorld(),
): Promise<Ask> {
  trusted = new TrustedIssuers({ timers, processes: { ...processes, env: {} }, clock }, silentLogger);
  await trusted.replace([settings(more)]);
  return async token => trusted.authenticate({ type: 'bearer', token });
}

const claims = (more: object = {}) => ({ iss: issuer.url, aud: 'me', sub: 'jane', exp: SECOND + 600, ...more });
const signed = (more: object = {}, key: SigningKey = first) => tokenOf(key, claims(more));
const JANE = { name: 'jane', groups: ['system:authenticated'] };
const unauthorized = (why: string) => ({
  reason: 'Unauthorized',
  cause: expect.objectContaining({ message: expect.stringContaining(why) }),
});
const fetches = (path: string): number => issuer.asked.filter(each => each === path).length;

describe('a token of the issuer', () => {
  it('names its user; the issuer is asked when the first comes, once for all that follow', async () => {
    const ask = await open();
    expect(issuer.asked).toEqual([]);
    const token = await signed();
    expect(await Promise.all([ask(token), ask(token), ask(token)])).toEqual([JANE, JANE, JANE]);
    expect(await ask(token)).toEqual(JANE);
    expect(issuer.asked).toEqual([DISCOVERY, KEYS]);
  });

  it('may be for several audiences, and early by a minute', async () => {
    expect(await (await open())(await signed({ aud: ['you', 'me'], nbf: SECOND + 50 }))).toEqual(JANE);
  });

  it('may be signed by any algorithm that is allowed', async () => {
    const ec = ecKey('ec');
    issuer.keys = [first, ec];
    expect(await (await open({ algorithms: ['RS256', 'ES256'] }))(await signed({}, ec))).toEqual(JANE);
  });

  it('need not say by which of several keys', async () => {
    const unnamed = { alg: first.alg, pair: first.pair };
    issuer.keys = [second, unnamed];
    expect(await (await open())(await signed({}, unnamed))).toEqual(JANE);
  });

  const none = (payload: object): string =>
    [{ alg: 'none' }, payload].map(each => Buffer.from(JSON.stringify(each)).toString('base64url')).join('.') + '.';
  it.each<[string, () => Promise<string> | string, string]>([
    ['that has expired', () => signed({ exp: SECOND - 1 }), 'token is expired'],
    ['that never expires', () => signed({ exp: undefined }), '"exp"'],
    ['that is early', () => signed({ nbf: SECOND + 90 }), '"nbf"'],
    ['for another audience', () => signed({ aud: 'you' }), '"aud"'],
    ['that nobody signed', () => none(claims()), 'Algorithm'],
    ['by an algorithm that is not allowed', () => signed({}, ecKey('first')), 'Algorithm'],
    [
      'by another’s key of the same name',
      () => signed({}, { ...second, kid: 'first' }),
      'failed to verify id token signature',
    ],
    ['without a user', () => signed({ sub: undefined }), 'claim not present'],
  ])('%s is refused', async (_, token, why) => {
    await expect((await open())(await token())).rejects.toMatchObject(unauthorized(why));
  });

  it('signed with the public key as if it were a secret is refused', async () => {
    const { SignJWT } = await import('jose');
    const secret = Buffer.from(first.pair.publicKey.export({ type: 'spki', format: 'pem' }));
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(secret);
    await expect((await open())(token)).rejects.toMatchObject(unauthorized('Algorithm'));
  });
});

describe('what is not the issuer’s to judge', () => {
  it.each<[string, () => Promise<string> | string]>([
    ['a token of another', () => signed({ iss: 'https://elsewhere.test' })],
    ['a token of nobody', () => signed({ iss: undefined })],
    ['what is no token', () => 'a.b.c'],
    ['a bootstrap token', () => 'abcdef.0123456789abcdef'],
  ])('%s is passed over, and the issuer is not asked', async (_, token) => {
    expect(await (await open())(await token())).toBeUndefined();
    expect(issuer.asked).toEqual([]);
  });
});

describe('an issuer that changes its keys', () => {
  it('is asked for the new ones, once for all that want them, and no more often than each second', async () => {
    const ask = await open();
    await ask(await signed());
    issuer.keys = [second];
    const token = await signed({}, second);
    await expect(ask(token)).rejects.toMatchObject(unauthorized('failed to verify id token signature'));
    expect(fetches(KEYS)).toBe(1);
    nowMs += FETCH_PAUSE_MS;
    expect(await Promise.all([ask(token), ask(token)])).toEqual([JANE, JANE]);
    expect(fetches(KEYS)).toBe(2);
    expect(fetches(DISCOVERY)).toBe(1);
    await expect(ask(await signed())).rejects.toMatchObject(unauthorized('failed to verify id token signature'));
    expect(fetches(KEYS)).toBe(2);
  });

  it('and is away then goes on to be known by what it had', async () => {
    const ask = await open();
    await ask(await signed());
    nowMs += FETCH_PAUSE_MS;
    issuer.replies.set(KEYS, () => ({ code: 503, text: '' }));
    await expect(ask(await signed({}, second))).rejects.toMatchObject(unauthorized('failed to verify'));
    expect(await ask(await signed())).toEqual(JANE);
  });
});

describe('an issuer that does not answer as it should', () => {
  it.each<[string, string, { code?: number; text: string }, string]>([
    ['is down', DISCOVERY, { code: 503, text: '' }, 'the server answered 503'],
    ['tells no JSON', DISCOVERY, { text: 'x' }, 'the answer is no JSON object'],
    ['tells of another', DISCOVERY, { text: '{"issuer":"https://x","jwks_uri":"https://x/"}' }, 'issuer did not match'],
    ['has no keys', KEYS, { text: '{"keys":1}' }, 'holds no key set'],
    ['never ends', KEYS, { text: ' '.repeat(DOCUMENT_BYTES + 1) }, 'larger than'],
  ])('%s: its tokens are refused until it does', async (_, path, reply, why) => {
    const ask = await open();
    const token = await signed();
    issuer.replies.set(path, () => reply);
    await expect(ask(token)).rejects.toMatchObject(unauthorized(why));
    issuer.replies.clear();
    await expect(ask(token)).rejects.toMatchObject(unauthorized('a moment ago'));
    nowMs += FETCH_PAUSE_MS;
    expect(await ask(token)).toEqual(JANE);
  });

  it('is waited for so long and no longer', async () => {
    const world = manualWorld();
    const ask = await open({}, world);
    issuer.replies.set(KEYS, () => new Promise(() => undefined));
    const asked = ask(await signed());
    const refused = expect(asked).rejects.toMatchObject(unauthorized('context deadline exceeded'));
    await vi.waitUntil(() => issuer.asked.includes(KEYS), 10_000);
    await world.advance(FETCH_MS);
    await refused;
  });

  it('is not believed where its certificate is another CA’s', async () => {
    await using other = await testIssuer([]);
    await expect((await open({ ca: other.ca }))(await signed())).rejects.toMatchObject(
      unauthorized('x509: certificate'),
    );
  });

  it('may send on to another place, over TLS alone', async () => {
    issuer.replies.set(DISCOVERY, () => ({ code: 302, headers: { location: '/moved' }, text: '' }));
    issuer.replies.set('/moved', () => ({
      text: JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}${KEYS}` }),
    }));
    expect(await (await open())(await signed())).toEqual(JANE);
    await trusted.replace([]);
    issuer.replies.set(DISCOVERY, () => ({ code: 302, headers: { location: 'http://127.0.0.1/x' }, text: '' }));
    await expect((await open())(await signed())).rejects.toMatchObject(unauthorized('http://127.0.0.1/x is not https'));
  });
});
