import { ONE, type Amounts } from '../amounts.ts';
import type { Evaluator } from './evaluator.ts';

/** `count/` and the plural with its group. */
export const countName = (resource: string): string => `count/${resource}`;

/** Kinds that were counted by their plural alone before all could be. */
const BY_PLURAL: ReadonlySet<string> = new Set(['configmaps', 'replicationcontrollers', 'resourcequotas', 'secrets']);

/** Counts objects, whatever they are. */
export function countEvaluator(resource: string): Evaluator {
  const names = [countName(resource), ...(BY_PLURAL.has(resource) ? [resource] : [])];
  const one: Amounts = new Map(names.map(name => [name, ONE]));
  return {
    resource,
    concerns: ({ operation, subresource }) => operation === 'CREATE' && subresource === '',
    counts: name => one.has(name),
    usage: () => one,
    hasChanged: () => false,
  };
}

/** The kind that a name of a quota counts in this way, if it does. */
export function countedBy(name: string): string | undefined {
  if (BY_PLURAL.has(name)) return name;
  return name.startsWith('count/') ? name.slice('count/'.length) : undefined;
}
