import { isStatusError, StatusError } from '../../src/api/status-error.ts';
import type { Client, Key } from '../../src/api/client.ts';
import type { Resource } from '../../src/api/resource.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import type { Authenticator } from '../apiserver/contract.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { ServiceAccount } from '../kinds/core/v1/service-account.ts';
import type { TokenClaims } from './contract.ts';
import { TokenError, type TokenSigner, type VerifiedToken } from './token-signer.ts';

const EXTRA = 'authentication.kubernetes.io/';

/** Accepts this cluster's service account tokens while the account, and what they are bound to, exist. */
export function serviceAccountAuthenticator(signer: TokenSigner, client: Client): Authenticator {
  return {
    name: 'service-account-tokens',
    async authenticate(credential) {
      if (credential.type !== 'bearer') return undefined;
      return authenticateToken(signer, client, credential.token, []);
    },
  };
}

/** The user a token names for one of `audiences`; `undefined` when another issuer signed it. */
export async function authenticateToken(
  signer: TokenSigner,
  client: Client,
  token: string,
  audiences: readonly string[],
): Promise<UserInfo | undefined> {
  try {
    const verified = await signer.verify(token, audiences);
    if (verified === undefined) return undefined;
    await mustStillExist(client, verified.claims);
    return userOf(verified);
  } catch (error) {
    if (error instanceof TokenError) throw new StatusError('Unauthorized', 'Unauthorized', { cause: error });
    throw error;
  }
}

type Claims = Omit<TokenClaims, 'lifetimeSeconds'>;

async function mustStillExist(client: Client, { namespace, serviceAccount, pod, secret, node }: Claims): Promise<void> {
  await mustBeSame(client, ServiceAccount, { namespace, name: serviceAccount.name }, serviceAccount.uid);
  if (pod !== undefined) await mustBeSame(client, Pod, { namespace, name: pod.name }, pod.uid);
  if (secret !== undefined) await mustBeSame(client, Secret, { namespace, name: secret.name }, secret.uid);
  if (node !== undefined && pod === undefined) await mustBeSame(client, Node, { name: node.name }, node.uid);
}

async function mustBeSame(client: Client, resource: Resource, key: Key, uid: string): Promise<void> {
  try {
    const object = await client.get(resource, key);
    if (object.metadata.uid === uid) return;
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
  throw new TokenError(`${resource.singular} ${key.name} of the token is gone`);
}

function userOf({ claims: { namespace, serviceAccount, pod, node }, tokenId }: VerifiedToken): UserInfo {
  return {
    name: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
    uid: serviceAccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: {
      ...(tokenId === '' ? {} : { [`${EXTRA}credential-id`]: [`JTI=${tokenId}`] }),
      ...(node === undefined ? {} : { [`${EXTRA}node-name`]: [node.name], [`${EXTRA}node-uid`]: [node.uid] }),
      ...(pod === undefined ? {} : { [`${EXTRA}pod-name`]: [pod.name], [`${EXTRA}pod-uid`]: [pod.uid] }),
    },
  };
}
