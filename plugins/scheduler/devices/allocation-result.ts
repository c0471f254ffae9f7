import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { NodeSelectorRequirement, NodeSelector } from '../../kinds/core/v1/node-selector.ts';
import type { DeviceAllocationConfiguration } from '../../kinds/resource/v1/device-configuration.ts';
import type { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import type { AllocationResult, DeviceRequestAllocationResult } from '../../kinds/resource/v1/resource-claim-status.ts';
import type { GivenDevice } from './device-demand.ts';

/** What is written into a claim that was given devices on a node. */
export function allocationResult(claim: ResourceClaim, given: readonly GivenDevice[], node: string): AllocationResult {
  const config = configurations(claim, given);
  const nodeSelector = placeOf(given, node);
  const results = given.map(resultOf);
  return {
    devices: { ...(results.length === 0 ? {} : { results }), ...(config.length === 0 ? {} : { config }) },
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
  };
}

function resultOf({ request, offered: { driver, pool, device }, share }: GivenDevice): DeviceRequestAllocationResult {
  const { bindingConditions, bindingFailureConditions } = device;
  const hasCapacity = share !== undefined && Object.keys(share.capacity).length > 0;
  return {
    request: request.name,
    driver,
    pool: pool.name,
    device: device.name,
    ...(request.isAdmin ? { adminAccess: true } : {}),
    ...(request.tolerations === undefined ? {} : { tolerations: request.tolerations }),
    ...(bindingConditions === undefined ? {} : { bindingConditions }),
    ...(bindingFailureConditions === undefined ? {} : { bindingFailureConditions }),
    ...(share === undefined ? {} : { shareID: share.id }),
    ...(hasCapacity ? { consumedCapacity: share.capacity } : {}),
  };
}

/** Those of the classes that were chosen, each once, then the claim's own, as far as they are about what was chosen. */
function configurations(claim: ResourceClaim, given: readonly GivenDevice[]): readonly DeviceAllocationConfiguration[] {
  const chosen = [...new Set(given.map(({ request }) => request))];
  const classes = new Set(chosen.map(({ deviceClass }) => deviceClass));
  const ofClasses = [...classes].flatMap(deviceClass =>
    (deviceClass.spec.config ?? []).map(
      (config): DeviceAllocationConfiguration => ({
        source: 'FromClass',
        requests: chosen.filter(request => request.deviceClass === deviceClass).map(({ name }) => name),
        ...config,
      }),
    ),
  );
  const ofClaim = (claim.spec.devices.config ?? []).flatMap(
    ({ requests = [], ...config }): readonly DeviceAllocationConfiguration[] => {
      const said = { source: 'FromClaim', ...(requests.length === 0 ? {} : { requests }), ...config };
      if (requests.length === 0) return [said];
      // Once for each request that it is about, as upstream.
      return chosen.flatMap(({ name, base }) => (requests.includes(base) || requests.includes(name) ? [said] : []));
    },
  );
  return [...ofClasses, ...ofClaim];
}

/** Where all of them can be used; undefined for anywhere. */
function placeOf(given: readonly GivenDevice[], node: string): NodeSelector | undefined {
  const isLocal = given.some(
    ({ offered: { place, device } }) => (place.nodeName ?? '') !== '' || device.bindsToNode === true,
  );
  if (isLocal)
    return { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }] };
  // A slice has one term.
  const terms = given.flatMap(({ offered: { place } }) => place.nodeSelector?.nodeSelectorTerms[0] ?? []);
  const matchFields = once(terms.flatMap(term => term.matchFields ?? []));
  const matchExpressions = once(terms.flatMap(term => term.matchExpressions ?? []));
  if (matchFields.length === 0 && matchExpressions.length === 0) return undefined;
  return {
    nodeSelectorTerms: [
      {
        ...(matchExpressions.length === 0 ? {} : { matchExpressions }),
        ...(matchFields.length === 0 ? {} : { matchFields }),
      },
    ],
  };
}

const once = (requirements: readonly NodeSelectorRequirement[]): readonly NodeSelectorRequirement[] =>
  requirements.filter((one, index) => requirements.findIndex(other => isDeepEqual(other, one)) === index);
