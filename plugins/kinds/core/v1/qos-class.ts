import { readQuantity } from '../../../../src/base/quantity.ts';
import type { PodSpec } from './pod-spec.ts';
import type { ResourceRequirements } from './resource-requirements.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COUNTED = ['cpu', 'memory'] as const;

/** Guaranteed: CPU and memory of every container limited and requested alike. BestEffort: nothing said of either. */
export function qosClassOf({ containers, initContainers, resources }: PodSpec): QosClass {
  const all: readonly ResourceRequirements[] =
    resources === undefined ? [...containers, ...(initContainers ?? [])].map(one => one.resources) : [resources];
  if (
    all.every(({ limits = {}, requests = {} }) => COUNTED.every(name => !isSet(limits, name) && !isSet(requests, name)))
  ) {
    return 'BestEffort';
  }
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

const isGuaranteed = ({ limits = {}, requests = {} }: ResourceRequirements): boolean =>
  COUNTED.every(name => isSet(limits, name) && amount(limits[name]) === amount(requests[name] ?? limits[name]));

type Amounts = Readonly<Record<string, string>>;
const isSet = (amounts: Amounts, name: string): boolean => (amount(amounts[name]) ?? 0n) > 0n;

const amount = (text: string | undefined): bigint | undefined => readQuantity(text)?.nano;
