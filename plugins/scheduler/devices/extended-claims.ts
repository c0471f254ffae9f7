import type { Client, Key } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { DEVICES_FINALIZER } from '../../kinds/resource/v1/pod-device-claims.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { CLAIM_ATTEMPTS } from '../limits.ts';
import type { DraftedClaim } from './extended-claim-draft.ts';

export interface ExtendedClaimsDeps {
  readonly client: Client;
  readonly log: Logger;
}

/** The claims that pods have for extended resources: made when the pod has its node, gone when it does not come there. */
export class ExtendedClaims {
  readonly #deps: ExtendedClaimsDeps;

  constructor(deps: ExtendedClaimsDeps) {
    this.#deps = deps;
  }

  async make({ metadata, claim }: DraftedClaim): Promise<ResourceClaim> {
    try {
      return await this.#deps.client.create(ResourceClaim, { metadata, spec: claim.spec });
    } catch (error) {
      const what = `create claim for extended resources ${metadata?.namespace ?? ''}/`;
      throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Which claim it is, and what of it each container has. */
  async tell(pod: Pod, { metadata }: ResourceClaim, { mappings: requestMappings }: DraftedClaim): Promise<void> {
    const { name, namespace = '', uid } = pod.metadata;
    const extendedResourceClaimStatus = { requestMappings, resourceClaimName: metadata.name };
    const body = { metadata: { uid }, status: { extendedResourceClaimStatus } };
    try {
      await this.#deps.client.patch(Pod, { name, namespace }, { type: 'strategic', body }, { subresource: 'status' });
    } catch (error) {
      const what = `update pod ${namespace}/${name} ExtendedResourceClaimStatus`;
      throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Its devices are free as soon as it is gone. Failure is logged: the next attempt finds the claim, and removes it. */
  async remove({ metadata }: ResourceClaim): Promise<void> {
    const { client, log } = this.#deps;
    const key = { name: metadata.name, namespace: metadata.namespace ?? '' };
    try {
      await this.#unprotect(key);
      await client.delete(ResourceClaim, key);
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) log.warn('claim of extended resources not removed', { ...key, error });
    }
  }

  async #unprotect(key: Key): Promise<void> {
    const { client } = this.#deps;
    for (let attempt = 1; ; attempt++) {
      const claim = await client.get(ResourceClaim, key);
      const { finalizers = [] } = claim.metadata;
      if (!finalizers.includes(DEVICES_FINALIZER)) return;
      const metadata = { ...claim.metadata, finalizers: finalizers.filter(each => each !== DEVICES_FINALIZER) };
      try {
        await client.update(ResourceClaim, { ...claim, metadata });
        return;
      } catch (error) {
        if (attempt >= CLAIM_ATTEMPTS || !isStatusError(error, 'Conflict')) throw error;
      }
    }
  }
}
