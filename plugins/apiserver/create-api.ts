import type { Resource } from '../../src/api/resource.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Store } from '../../src/store/store.ts';
import { HeavyLane, type LaneLimits } from '../../src/base/heavy-lane.ts';
import type { Auditor } from '../audit/contract.ts';
import { AdmissionChain } from './admission-chain.ts';
import type { Api } from './api.ts';
import { createAuthorization } from './access/authorize.ts';
import { Catalog } from './catalog.ts';
import { componentStatuses } from './component-statuses.ts';
import type {
  AdmissionPlugin,
  Authorizer,
  Claimer,
  Component,
  ComputedKind,
  Rewriter,
  SubresourceHandler,
  VirtualKind,
} from './contract.ts';
import { Objects } from './objects/objects.ts';

/** What an API is made of; the lists are live, others add to them as they start. */
export interface ApiParts {
  readonly world: World;
  /** Where they are not the usual ones. */
  readonly lane?: Partial<LaneLimits>;
  readonly log: Logger;
  readonly store: Store;
  readonly resources: readonly Resource[];
  readonly authorizers: readonly Authorizer[];
  readonly admission: readonly AdmissionPlugin[];
  readonly claimers: readonly Claimer[];
  readonly virtualKinds: readonly VirtualKind[];
  readonly computedKinds?: readonly ComputedKind[];
  readonly subresources: readonly SubresourceHandler[];
  readonly components: readonly Component[];
  readonly auditors?: readonly Auditor[];
  readonly rewriters?: readonly Rewriter[];
}

export function createApi(parts: ApiParts): Api {
  const {
    world,
    log,
    store,
    claimers,
    virtualKinds,
    computedKinds = [],
    subresources,
    auditors = [],
    rewriters = [],
  } = parts;
  const own = componentStatuses(store, parts.components);
  return {
    world,
    lane: new HeavyLane(world, parts.lane),
    log,
    objects: new Objects(store, claimers, rewriters),
    catalog: new Catalog(parts.resources),
    authorization: createAuthorization(parts.authorizers),
    admission: new AdmissionChain(parts.admission, world.clock),
    claimers,
    virtualKinds,
    get computedKinds() {
      return [own, ...computedKinds];
    },
    subresources,
    auditors,
  };
}
