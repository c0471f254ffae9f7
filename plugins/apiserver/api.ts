import type { HeavyLane } from '../../src/base/heavy-lane.ts';
import type { Steps } from '../../src/base/steps.ts';
import type { World } from '../../src/base/world.ts';
import type { JsonRecord } from '../../src/api/json-record.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Auditor } from '../audit/contract.ts';
import type { AdmissionChain } from './admission-chain.ts';
import type { Catalog } from './catalog.ts';
import type {
  AdmissionRequest,
  AuditNotes,
  Authorization,
  Claimer,
  ComputedKind,
  SubresourceHandler,
  VirtualKind,
} from './contract.ts';
import type { Objects } from './objects/objects.ts';

/** What every verb works with. */
export interface Api {
  readonly world: World;
  /** Heavy requests of all users go by it. */
  readonly lane: HeavyLane;
  readonly log: Logger;
  readonly objects: Objects;
  readonly catalog: Catalog;
  readonly authorization: Authorization;
  readonly admission: AdmissionChain;
  readonly claimers: readonly Claimer[];
  readonly virtualKinds: readonly VirtualKind[];
  readonly computedKinds: readonly ComputedKind[];
  readonly subresources: readonly SubresourceHandler[];
  /** One at most. */
  readonly auditors: readonly Auditor[];
}

/** What every write says of itself, besides its body. */
export interface Write {
  readonly user: UserInfo;
  readonly resource: Resource;
  readonly subresource: string;
  /** '' for cluster-scoped kinds. */
  readonly namespace: string;
  /** '' where the server or the body names the object. */
  readonly name: string;
  readonly dryRun: boolean;
  /** Who is told as owner of the fields this write sets. */
  readonly fieldManager: string;
  /** What the client said besides, in the terms of the API's own options; for admission to see. */
  readonly options?: JsonRecord;
  /** Tells the client what is taken and is hardly meant. */
  readonly warn?: (text: string) => void;
  /** Absent where no record is kept. */
  readonly audit?: AuditNotes | undefined;
  /** What a large object makes of this write is done in steps, others served in between. */
  readonly steps: Steps;
}

/** `manages`: a write that says itself who owns which fields, as apply does. */
export interface ManageOptions {
  readonly manages?: true;
  /** What is given was made of the object: another uid in it is a change of it, and no other object is meant. */
  readonly isPatch?: true;
  /** Whether who changes an object is written down, as it is. */
  readonly isSigned?: (current: AnyObject) => boolean;
  /** The subresource that a change is signed as, where it is written as one of the whole object. */
  readonly signsAs?: string;
  /** The same where admission sees not the object itself. */
  readonly seenAs?: SeenAs;
}

/** What admission is shown of a change, and what of it counts afterwards. */
export interface SeenAs {
  readonly request: Partial<Pick<AdmissionRequest, 'subresource' | 'body'>>;
  show(this: void, object: AnyObject): AnyObject;
  /** `object` with what mutators said in the place of what they were shown. */
  take(this: void, object: AnyObject, shown: AnyObject): AnyObject;
}
