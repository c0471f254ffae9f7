import type { InputOf } from '../../../src/api/resource.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodResourceClaim } from '../../kinds/core/v1/pod-spec.ts';
import { foreignDeviceClaim } from '../../kinds/resource/v1/pod-device-claims.ts';
import type { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import type { ResourceClaimTemplate } from '../../kinds/resource/v1/resource-claim-template.ts';

/** On a claim that was made for a pod: which of the pod's it is. */
export const CLAIM_OF_POD = 'resource.kubernetes.io/pod-claim-name';
/** A name has 63 characters: so many are left beside a hyphen and five that are generated. */
const MAX_BASE_CHARS = 57;

export type NeededClaim =
  | { readonly type: 'nothing' }
  /** It is there, and the pod does not name it. */
  | { readonly type: 'made'; readonly name: string }
  | { readonly type: 'missing'; readonly template: string };

/** What is to be done about one claim of a pod, `owned` being those that were made for the pod. */
export function neededClaim(
  pod: Pod,
  { name, resourceClaimTemplateName: template }: PodResourceClaim,
  claimOf: (name: string) => ResourceClaim | undefined,
  owned: readonly ResourceClaim[],
): NeededClaim {
  if (template === undefined) return { type: 'nothing' };
  const said = pod.status.resourceClaimStatuses?.find(status => status.name === name);
  if (said !== undefined) {
    if (said.resourceClaimName === undefined) return { type: 'nothing' };
    const claim = claimOf(said.resourceClaimName);
    if (claim !== undefined && foreignDeviceClaim(pod, claim) === undefined) return { type: 'nothing' };
  }
  const made = owned.find(({ metadata }) => metadata.annotations?.[CLAIM_OF_POD] === name);
  return made === undefined ? { type: 'missing', template } : { type: 'made', name: made.metadata.name };
}

/** Without its owner, and with a name to be generated. */
export function claimFromTemplate(
  { metadata: { name: pod } }: Pod,
  name: string,
  { spec: { metadata, spec } }: ResourceClaimTemplate,
): InputOf<typeof ResourceClaim> {
  const { labels, annotations } = metadata;
  return {
    metadata: {
      generateName: baseName(pod, name),
      annotations: { ...annotations, [CLAIM_OF_POD]: name },
      ...(labels === undefined ? {} : { labels }),
    },
    spec,
  };
}

/** `pod-claim-`; where that is too long, of both what their shares of the length allow. */
function baseName(pod: string, claim: string): string {
  const whole = `${pod}-${claim}-`;
  if (whole.length <= MAX_BASE_CHARS) return whole;
  const shortened = (text: string): string => text.slice(0, Math.trunc((text.length * MAX_BASE_CHARS) / whole.length));
  return `${shortened(pod)}-${shortened(claim)}`;
}
