import { timeMs } from '../../../src/base/timestamp.ts';
import type { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { BINDING_CONDITIONS_MS } from '../limits.ts';

/** Whether the devices of a claim are ready for a pod to come to them. */
export type BindingState =
  | { readonly type: 'ready' }
  | { readonly type: 'pending' }
  /** They will not be: why. */
  | { readonly type: 'failed'; readonly message: string };

/** By the conditions that the devices' drivers named beforehand; most name none. */
export function bindingState({ metadata, status }: ResourceClaim, nowMs: number): BindingState {
  const { allocation, devices = [] } = status;
  const awaited = (allocation?.devices.results ?? []).filter(
    ({ bindingConditions = [] }) => bindingConditions.length > 0,
  );
  let isReady = true;
  for (const { driver, pool, device, shareID, bindingConditions = [], bindingFailureConditions = [] } of awaited) {
    const told = devices.find(
      one => one.driver === driver && one.pool === pool && one.device === device && one.shareID === shareID,
    );
    const holds = (type: string) => told?.conditions?.find(one => one.type === type && one.status === 'True');
    const failed = bindingFailureConditions.map(holds).find(condition => condition !== undefined);
    if (failed !== undefined) {
      const facts = `claim=${metadata.name}, reason=${failed.reason}, message=${JSON.stringify(failed.message)}`;
      return { type: 'failed', message: `device binding failed: ${facts}` };
    }
    isReady &&= bindingConditions.every(type => holds(type) !== undefined);
  }
  if (isReady) return { type: 'ready' };
  const sinceMs = timeMs(allocation?.allocationTimestamp);
  if (sinceMs !== undefined && sinceMs + BINDING_CONDITIONS_MS < nowMs)
    return { type: 'failed', message: `device binding timeout: claim=${metadata.name}` };
  return { type: 'pending' };
}
