import { readQuantity } from '../../../../src/base/quantity.ts';
import type { ResourceList } from './resource-list.ts';

const NANO = 1_000_000_000n;

/** Warnings of amounts of `names`, which are bytes, that are not whole. */
export const fractions = (
  amounts: ResourceList | undefined,
  names: readonly string[],
  field: string,
): readonly string[] =>
  names.flatMap(name => {
    const text = amounts !== undefined && Object.hasOwn(amounts, name) ? amounts[name] : undefined;
    if (text === undefined || (readQuantity(text)?.nano ?? 0n) % NANO === 0n) return [];
    return [`${field}[${name}]: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`];
  });
