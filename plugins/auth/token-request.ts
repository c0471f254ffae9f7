import { timeOf } from '../../src/base/timestamp.ts';
import { badRequestError, conflictError, invalidError } from '../../src/api/status-error.ts';
import { invalid, type FieldError } from '../../src/api/field-error.ts';
import type { Client } from '../../src/api/client.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { ObjectOf, Resource } from '../../src/api/resource.ts';
import type { SubresourceHandler } from '../apiserver/contract.ts';
import { TokenRequest } from '../kinds/authentication/v1/token-request.ts';
import type { BoundObjectReference } from '../kinds/authentication/v1/token-request-spec.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { ServiceAccount } from '../kinds/core/v1/service-account.ts';
import type { ServiceAccountTokens, TokenClaims } from './contract.ts';

const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
/** What the cluster grants at most, however much is asked for. */
const GRANTED_SECONDS = 365 * 86_400;

/** `POST serviceaccounts/x/token`: a signed token, bound to a pod, secret or node when asked. */
export const tokenRequestHandler = (tokens: ServiceAccountTokens, client: Client): SubresourceHandler => ({
  resource: 'serviceaccounts',
  subresource: 'token',
  kind: { group: TokenRequest.group, version: TokenRequest.version, kind: TokenRequest.kind },
  verbs: ['create'],
  body: TokenRequest,
  async create({ body, namespace, name, audit }) {
    // The server decoded the body by the schema of TokenRequest.
    const request = body as ObjectOf<typeof TokenRequest>;
    const account = await client.get(ServiceAccount, { namespace, name });
    const given = request.metadata.name ?? '';
    if (given !== '' && given !== name)
      throw invalidError(TokenRequest, name, [invalid('metadata.name', given, OTHER_NAME)]);
    const errors = lifetimeErrors(request.spec.expirationSeconds);
    if (errors.length > 0) throw invalidError(TokenRequest, '', errors);
    const bound = await boundClaims(client, request.spec.boundObjectRef, namespace, name);
    const audiences = request.spec.audiences ?? [];
    const { token, tokenId, expiresAtMs } = await tokens.sign({
      namespace,
      serviceAccount: { name, uid: account.metadata.uid },
      audiences,
      lifetimeSeconds: Math.min(request.spec.expirationSeconds, GRANTED_SECONDS),
      ...bound,
    });
    audit?.annotate('authentication.kubernetes.io/issued-credential-id', `JTI=${tokenId}`);
    return {
      ...request,
      metadata: { ...request.metadata, name, namespace },
      spec: { ...request.spec, audiences: audiences.length > 0 ? audiences : [tokens.issuer] },
      status: { token, expirationTimestamp: timeOf(expiresAtMs) },
    };
  },
});

const OTHER_NAME = 'must match the service account name if specified';

function lifetimeErrors(seconds: number): readonly FieldError[] {
  const field = 'spec.expirationSeconds';
  if (seconds < MIN_SECONDS) return [invalid(field, seconds, 'may not specify a duration less than 10 minutes')];
  if (seconds > MAX_SECONDS) return [invalid(field, seconds, 'may not specify a duration larger than 2^32 seconds')];
  return [];
}

type Bound = Pick<TokenClaims, 'pod' | 'node' | 'secret'>;

async function boundClaims(
  client: Client,
  reference: BoundObjectReference | undefined,
  namespace: string,
  account: string,
): Promise<Bound> {
  if (reference === undefined) return {};
  const { kind = '', apiVersion = 'v1', name = '', uid } = reference;
  const checked = <R extends Resource>(resource: R, object: ObjectOf<R> & AnyObject): ObjectOf<R> & AnyObject => {
    if (uid !== undefined && uid !== object.metadata.uid) {
      const detail = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
      // Upstream names the kind here, not the resource.
      throw conflictError({ group: '', plural: resource.kind }, name, detail);
    }
    return object;
  };
  if (apiVersion === 'v1' && kind === 'Pod') {
    const pod = checked(Pod, await client.get(Pod, { namespace, name }));
    if (pod.spec.serviceAccountName !== account) {
      const who = JSON.stringify(account);
      throw badRequestError(
        `cannot bind token for serviceaccount ${who} to pod running with different serviceaccount name.`,
      );
    }
    return { pod: { name, uid: pod.metadata.uid }, ...(await nodeOf(client, pod.spec.nodeName)) };
  }
  if (apiVersion === 'v1' && kind === 'Secret') {
    const secret = checked(Secret, await client.get(Secret, { namespace, name }));
    return { secret: { name, uid: secret.metadata.uid } };
  }
  if (apiVersion === 'v1' && kind === 'Node') {
    const node = checked(Node, await client.get(Node, { name }));
    return { node: { name, uid: node.metadata.uid } };
  }
  const type = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  throw badRequestError(`cannot bind token to object of type ${type}, Kind=${kind}`);
}

async function nodeOf(client: Client, name: string | undefined): Promise<Pick<TokenClaims, 'node'>> {
  if (name === undefined) return {};
  const node = await client.get(Node, { name });
  return { node: { name, uid: node.metadata.uid } };
}
