import type { InputOf } from '../../../src/api/resource.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { ContainerExtendedResourceRequest } from '../../kinds/core/v1/pod-status.ts';
import { EXTENDED_CLAIM, extendedDemandOf } from '../../kinds/resource/v1/extended-device-claim.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import type { NodeView } from '../contract.ts';

/** A claim that is not made before the pod has its node. */
export interface DraftedClaim {
  /** As it is made. */
  readonly metadata: InputOf<typeof ResourceClaim>['metadata'];
  /** Called as upstream calls it in messages; what it is to be given is decided under its uid. */
  readonly claim: ResourceClaim;
  readonly mappings: readonly ContainerExtendedResourceRequest[];
}

/** The one claim that a pod has for those of its resources that are devices of a class, on each node. */
export class ExtendedClaimDraft {
  readonly #pod: Pod;
  readonly #classes: ReadonlyMap<string, string>;
  /** By the resources that are claimed. */
  readonly #drafts = new Map<string, DraftedClaim>();

  /** `classes` by resource, one at least. */
  constructor(pod: Pod, classes: ReadonlyMap<string, string>) {
    this.#pod = pod;
    this.#classes = classes;
  }

  /** Undefined where the node has all of them as plain amounts: those come first. */
  on({ allocatable }: Pick<NodeView, 'allocatable'>): DraftedClaim | undefined {
    const claimed = new Map([...this.#classes].filter(([name]) => (allocatable.others.get(name) ?? 0) === 0));
    if (claimed.size === 0) return undefined;
    const key = [...claimed.keys()].join(' ');
    let draft = this.#drafts.get(key);
    if (draft === undefined) {
      draft = drafted(this.#pod, claimed);
      this.#drafts.set(key, draft);
    }
    return draft;
  }
}

function drafted(pod: Pod, classes: ReadonlyMap<string, string>): DraftedClaim {
  const { requests, mappings } = extendedDemandOf(pod, classes);
  const { namespace = '', name, uid, creationTimestamp } = pod.metadata;
  const metadata = {
    namespace,
    generateName: `${name}-extended-resources-`,
    annotations: { [EXTENDED_CLAIM]: 'true' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid, controller: true }],
  };
  const called = { name: '<extended-resources>', uid: `<extended-resources> of ${uid}`, resourceVersion: '' };
  const claim: ResourceClaim = {
    apiVersion: ResourceClaim.apiVersion,
    kind: ResourceClaim.kind,
    metadata: { ...metadata, ...called, creationTimestamp },
    spec: { devices: { requests } },
    status: {},
  };
  return { metadata, claim, mappings };
}
