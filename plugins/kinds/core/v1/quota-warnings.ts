import { compareQuantities, formatQuantity, parseQuantity } from '../../../../src/base/quantity.ts';
import type { ResourceQuotaSpec } from './resource-quota-spec.ts';

/** Requests that could never be used up, as less is allowed of the limits. */
export function quotaWarnings({ hard = {} }: ResourceQuotaSpec): readonly string[] {
  return RESOURCES.flatMap(resource => {
    const names = [`requests.${resource}`, ...(HAS_BARE_NAME.has(resource) ? [resource] : [])];
    const name = names.find(each => Object.hasOwn(hard, each));
    const limitName = `limits.${resource}`;
    if (name === undefined || !Object.hasOwn(hard, limitName)) return [];
    const [request, limit] = [parseQuantity(hard[name] ?? '0'), parseQuantity(hard[limitName] ?? '0')];
    if (compareQuantities(request, limit) <= 0) return [];
    const shown = `${name} (${formatQuantity(request)}) should be less than ${limitName} (${formatQuantity(limit)})`;
    return [`ResourceQuota ${shown}`];
  });
}

const RESOURCES = ['cpu', 'memory', 'storage', 'ephemeral-storage'] as const;
const HAS_BARE_NAME: ReadonlySet<string> = new Set(['cpu', 'memory']);
