import { milliUnits, parseQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import type { ContainerSpec } from '../pod.ts';

export type Allocatable = Readonly<Record<string, string>>;

/**
 * The text of a `resourceFieldRef`: the amount divided by `divisor`, rounded up. A limit that is not set
 * reads as what the node can allocate; a request that is not set as the limit, or zero.
 */
export function resourceFieldValue(
  container: ContainerSpec,
  resource: string,
  divisor: string | undefined,
  allocatable: Allocatable,
): string {
  const dot = resource.indexOf('.');
  const kind = resource.slice(0, dot);
  const name = resource.slice(dot + 1);
  if (kind !== 'limits' && kind !== 'requests') throw new Error(`unsupported container resource : ${resource}`);
  const { limits, requests } = container.resources ?? {};
  const limit = nonZero(limits?.[name]);
  const amount =
    kind === 'limits' ? (limit ?? nonZero(allocatable[name]) ?? '0') : (nonZero(requests?.[name]) ?? limit ?? '0');
  const unit = nonZero(divisor) ?? '1';
  const units = name === 'cpu' ? milliUnits : wholeUnits;
  return String(Math.ceil(units(parseQuantity(amount)) / units(parseQuantity(unit))));
}

const nonZero = (text: string | undefined): string | undefined =>
  text === undefined || parseQuantity(text).nano === 0n ? undefined : text;
