import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../src/base/testing/scratch-folder.ts';
import type { World } from '../../src/base/world.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import type { TokenClaims } from './contract.ts';
import { openTokenSigner, TokenError, type TokenSigner } from './token-signer.ts';

const ISSUER = 'https://kubernetes.default.svc';
const claims: TokenClaims = {
  namespace: 'team',
  serviceAccount: { name: 'robot', uid: 'sa-1' },
  pod: { name: 'p', uid: 'pod-1' },
  audiences: [],
  lifetimeSeconds: 600,
};
const at = (nowMs: number): World => ({
  ...hostWorld(),
  clock: { now: () => nowMs, monotonicMs: () => nowMs, cpuMs: () => 0 },
});
const NOW = Date.UTC(2026, 0, 1);
const open = async (nowMs = NOW, folder?: string): Promise<TokenSigner> =>
  openTokenSigner(at(nowMs), folder ?? (await scratchFolder()), ISSUER);

describe('openTokenSigner', () => {
  it('signs what anyone can verify by the published keys', async () => {
    const signer = await open();
    const { token, expiresAtMs } = await signer.sign(claims);
    expect(expiresAtMs).toBe(NOW + 600_000);
    const keys = createLocalJWKSet({ keys: [...(await signer.jwks()).keys] });
    const { payload } = await jwtVerify(token, keys, { issuer: ISSUER, audience: ISSUER, currentDate: new Date(NOW) });
    expect(payload).toMatchObject({
      sub: 'system:serviceaccount:team:robot',
      'kubernetes.io': {
        namespace: 'team',
        serviceaccount: { name: 'robot', uid: 'sa-1' },
        pod: { name: 'p', uid: 'pod-1' },
      },
    });
  });

  it('verifies its own tokens, over a restart too', async () => {
    const folder = await scratchFolder();
    const { token } = await (await open(NOW, folder)).sign(claims);
    const verified = await (await open(NOW + 1000, folder)).verify(token, []);
    expect(verified?.claims).toMatchObject({
      namespace: 'team',
      serviceAccount: claims.serviceAccount,
      pod: claims.pod,
    });
  });

  it.each([
    ['expired', NOW + 601_000, [] as readonly string[]],
    ['for another audience', NOW, ['vault']],
  ])('refuses a token that is %s', async (_, nowMs, audiences) => {
    const folder = await scratchFolder();
    const { token } = await (await open(NOW, folder)).sign(claims);
    await expect((await open(nowMs, folder)).verify(token, audiences)).rejects.toBeInstanceOf(TokenError);
  });

  it('refuses a token with its issuer’s name and another’s signature', async () => {
    const signer = await open();
    const forged = await new SignJWT({ iss: ISSUER }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32));
    await expect(signer.verify(forged, [])).rejects.toBeInstanceOf(TokenError);
    await expect(signer.verify((await (await open()).sign(claims)).token, [])).rejects.toBeInstanceOf(TokenError);
  });

  it.each(['', 'a.b', 'not a token', 'a.e30.c', `a.${Buffer.from('{"iss":"other"}').toString('base64url')}.c`])(
    'leaves %j to others',
    async token => {
      expect(await (await open()).verify(token, [])).toBeUndefined();
    },
  );
});
