import type { Client } from '../../src/api/client.ts';
import { badRequestError, forbiddenError, isStatusError } from '../../src/api/status-error.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { parseQuantity } from '../../src/base/quantity.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import { admissionFor, type AdmissionPlugin } from '../apiserver/contract.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import { RuntimeClass } from '../kinds/node/v1/runtime-class.ts';
import { mergeTolerations } from './merge-tolerations.ts';

type Amounts = Readonly<Record<string, string>>;

/** A pod gets the overhead, nodes and tolerations of the class it names, and no overhead but that. */
export const runtimeClass = (classes: Cache<RuntimeClass>, client: Client): AdmissionPlugin =>
  admissionFor(Pod, {
    name: 'RuntimeClass',
    order: 400,
    operations: ['CREATE'],
    async mutate(pod, { name }) {
      const chosen = await classOf(pod.spec, name, classes, client);
      if (chosen === undefined) return pod;
      const spec = withRuntimeClass(pod.spec, chosen);
      if (typeof spec === 'string') throw forbiddenError(Pod, name, spec);
      return { ...pod, spec };
    },
    async validate({ spec }, { name }) {
      const chosen = await classOf(spec, name, classes, client);
      if (chosen?.overhead !== undefined) {
        if (!isSame(chosen.overhead.podFixed, spec.overhead)) throw forbiddenError(Pod, name, OTHER_OVERHEAD);
      } else if (spec.overhead !== undefined) {
        throw forbiddenError(
          Pod,
          name,
          'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
        );
      }
    },
  });

const OTHER_OVERHEAD = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

async function classOf(
  { runtimeClassName: name }: PodSpec,
  pod: string,
  classes: Cache<RuntimeClass>,
  client: Client,
): Promise<RuntimeClass | undefined> {
  if (name === undefined) return undefined;
  if (name === '') throw badRequestError('resource name may not be empty');
  await classes.synced;
  const known = classes.get(name);
  if (known !== undefined) return known;
  try {
    return await client.get(RuntimeClass, { name });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
    throw forbiddenError(Pod, pod, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
  }
}

/** The spec as its class has it, or why that cannot be. */
export function withRuntimeClass(spec: PodSpec, { overhead, scheduling }: RuntimeClass): PodSpec | string {
  const podFixed = overhead?.podFixed ?? {};
  if (overhead !== undefined && spec.overhead !== undefined && !isSame(podFixed, spec.overhead)) return OTHER_OVERHEAD;
  const { nodeSelector = {}, tolerations = [] } = scheduling ?? {};
  const own = spec.nodeSelector ?? {};
  for (const [key, value] of Object.entries(nodeSelector)) {
    if (!Object.hasOwn(own, key) || own[key] === value) continue;
    const mine = `runtimeClass.scheduling.nodeSelector[${key}] = ${value}`;
    return `conflict: ${mine}; pod.spec.nodeSelector[${key}] = ${own[key]}`;
  }
  return {
    ...spec,
    ...(Object.keys(podFixed).length === 0 ? {} : { overhead: podFixed }),
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector: { ...own, ...nodeSelector } }),
    ...(scheduling === undefined ? {} : { tolerations: mergeTolerations(spec.tolerations ?? [], tolerations) }),
  };
}

const isSame = (a: Amounts = {}, b: Amounts = {}): boolean => isDeepEqual(inNano(a), inNano(b));
const inNano = (amounts: Amounts): object =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, parseQuantity(amount).nano]));
