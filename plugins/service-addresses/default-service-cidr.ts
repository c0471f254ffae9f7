import type { Client } from '../../src/api/client.ts';
import { timeOf } from '../../src/base/timestamp.ts';
import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';
import { DEFAULT_NAME } from './service-ranges.ts';

/** The object that tells of the configured ranges, ready from the start; one that is there gets the second of them. */
export async function ensureDefaultServiceCidr(client: Client, cidrs: readonly string[], nowMs: number): Promise<void> {
  await createUnlessPresent(client, ServiceCIDR, { metadata: { name: DEFAULT_NAME }, spec: { cidrs } });
  const before = await client.get(ServiceCIDR, { name: DEFAULT_NAME });
  const isGrown = cidrs.length === 2 && before.spec.cidrs?.length === 1 && before.spec.cidrs[0] === cidrs[0];
  const found = isGrown ? await client.update(ServiceCIDR, { ...before, spec: { cidrs } }) : before;
  if (found.metadata.deletionTimestamp !== undefined || (found.status.conditions ?? []).length > 0) return;
  const { apiVersion, kind } = ServiceCIDR;
  const body = { apiVersion, kind, metadata: { name: DEFAULT_NAME }, status: { conditions: [readyCondition(nowMs)] } };
  const key = { name: DEFAULT_NAME };
  const options = { fieldManager: 'kubernetes-service-cidr-controller', subresource: 'status', force: true } as const;
  await client.patch(ServiceCIDR, key, { type: 'apply', body }, options);
}

const readyCondition = (nowMs: number): object => ({
  type: 'Ready',
  status: 'True',
  message: 'Kubernetes default Service CIDR is ready',
  lastTransitionTime: timeOf(nowMs),
});
