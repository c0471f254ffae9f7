import { qualified, StatusError } from '../../src/api/status-error.ts';
import { milliUnits, parseQuantity, wholeUnits } from '../../src/base/quantity.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import type { AdmissionPlugin } from '../apiserver/contract.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { wholePod } from '../kinds/core/v1/pod-resources.ts';

/** Upstream's PodResizeValidator: no pod grows beyond all that its node has to give. */
export const podResize = (nodes: Cache<Node>): AdmissionPlugin => ({
  name: 'PodResizeValidator',
  order: 100,
  resources: [`${qualified(Pod)}/resize`],
  async validate({ object, oldObject, name }) {
    // The server decoded them by the schema of Pod.
    const pod = object as Pod;
    const nodeName = pod.spec.nodeName ?? '';
    if (nodeName === '' || pod.metadata.generation === oldObject?.metadata.generation) return;
    await nodes.synced;
    const node = nodes.get(nodeName);
    if (node === undefined) throw refusal(name, `node "${nodeName}" not found`);
    const problem = nodeProblem(pod, node);
    if (problem !== undefined) throw refusal(name, problem.text, problem.cause);
  },
});

interface Problem {
  readonly text: string;
  readonly cause: 'UnsupportedPlatform' | 'NodeCapacity';
}

function nodeProblem({ spec }: Pod, { metadata, status }: Node): Problem | undefined {
  const os = metadata.labels?.['kubernetes.io/os'] ?? 'linux';
  if (os !== 'linux') {
    const text = `pod resize is only supported on linux nodes, node "${metadata.name}" is "${os}"`;
    return { text, cause: 'UnsupportedPlatform' };
  }
  const requests = wholePod(spec, 'requests');
  const { allocatable = {} } = status;
  const texts = [['cpu', milliUnits] as const, ['memory', wholeUnits] as const].flatMap(([resource, units]) => {
    const requested = units(parseQuantity(requests[resource] ?? '0'));
    const most = units(parseQuantity(allocatable[resource] ?? '0'));
    return requested > most ? [`${resource}, requested: ${requested}, allocatable: ${most}`] : [];
  });
  if (texts.length === 0) return undefined;
  return { text: `node didn't have enough allocatable resources: ${texts.join('; ')}`, cause: 'NodeCapacity' };
}

const refusal = (name: string, detail: string, cause?: string): StatusError =>
  new StatusError('Forbidden', `${Pod.plural} "${name}" is forbidden: ${detail}`, {
    details: { name, kind: Pod.plural, ...(cause === undefined ? {} : { causes: [{ reason: cause }] }) },
  });
