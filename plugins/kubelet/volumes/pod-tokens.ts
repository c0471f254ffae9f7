import type { Client } from '../../../src/api/client.ts';
import { timeMs, timeOf } from '../../../src/base/timestamp.ts';
import type { Clock } from '../../../src/base/world.ts';
import { TokenRequest } from '../../kinds/authentication/v1/token-request.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import type { Pod } from '../pod.ts';
import { VolumeError } from './volume-error.ts';
import type { IssuedToken, TokenRequest as Asked } from './volume-sources.ts';

const RENEW_AT = 0.8;
const MAX_AGE_MS = 24 * 3600_000;

/** Service account tokens of pods, each asked for once until 80 % of its life, or a day, have passed. */
export class PodTokens {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #issued = new Map<string, Map<string, Promise<IssuedToken>>>();

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  async token(pod: Pod, asked: Asked): Promise<IssuedToken> {
    const { uid } = pod.metadata;
    const ofPod = this.#issued.get(uid) ?? new Map<string, Promise<IssuedToken>>();
    this.#issued.set(uid, ofPod);
    const key = `${asked.expirationSeconds} ${asked.audience}`;
    const known = await ofPod.get(key);
    if (known !== undefined && known.renewAtMs > this.#clock.now()) return known;
    const request = this.#request(pod, asked);
    ofPod.set(key, request);
    request.catch(() => ofPod.delete(key));
    return request;
  }

  forget(podUid: string): void {
    this.#issued.delete(podUid);
  }

  async #request({ metadata, spec }: Pod, { audience, expirationSeconds }: Asked): Promise<IssuedToken> {
    const name = spec.serviceAccountName || 'default';
    const issuedMs = this.#clock.now();
    const answer = await this.#client.createOn(ServiceAccount, { name, namespace: metadata.namespace ?? '' }, 'token', {
      apiVersion: TokenRequest.apiVersion,
      kind: TokenRequest.kind,
      metadata: {},
      spec: {
        ...(audience === '' ? {} : { audiences: [audience] }),
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: metadata.name, uid: metadata.uid },
      },
    });
    const { token, expirationTimestamp } = answeredStatus(answer);
    const expiresMs = timeMs(expirationTimestamp) ?? issuedMs + expirationSeconds * 1000;
    const renewAtMs = issuedMs + Math.min(MAX_AGE_MS, (expiresMs - issuedMs) * RENEW_AT);
    return { token, expirationTimestamp: expirationTimestamp ?? timeOf(expiresMs), renewAtMs };
  }
}

function answeredStatus(answer: unknown): { readonly token: string; readonly expirationTimestamp: string | undefined } {
  const status = member(answer, 'status');
  const token = member(status, 'token');
  const expirationTimestamp = member(status, 'expirationTimestamp');
  if (typeof token !== 'string') throw new VolumeError('Io', 'the API server answered no token');
  return { token, expirationTimestamp: typeof expirationTimestamp === 'string' ? expirationTimestamp : undefined };
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
