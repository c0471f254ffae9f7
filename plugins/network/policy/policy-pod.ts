import type { Labels } from '../../../src/api/label-selector.ts';
import { parseIpv4 } from '../../../src/base/ipv4.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { Protocol } from './policy-plan.ts';

/** What policies see of a pod. */
export interface PolicyPod {
  readonly namespace: string;
  readonly labels: Labels;
  readonly address: number;
  readonly ports: readonly NamedPort[];
}

export interface NamedPort {
  readonly name: string;
  readonly protocol: Protocol;
  readonly number: number;
}

/**
 * Nothing for a pod that no policy is about: one on the node's own network, whose traffic is the node's, one without
 * an address yet, and one that is over, whose address may be another's by now.
 */
export function policyPod({ metadata, spec, status }: Pod, address = status.podIP ?? ''): PolicyPod | undefined {
  const number = parseIpv4(address);
  const over = status.phase === 'Succeeded' || status.phase === 'Failed';
  if (spec.hostNetwork === true || number === undefined || over) return undefined;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...spec.containers, ...sidecars].flatMap(container => container.ports ?? []);
  return {
    namespace: metadata.namespace ?? '',
    labels: metadata.labels ?? {},
    address: number,
    ports: ports.flatMap(({ name = '', protocol, containerPort }) =>
      name === '' ? [] : [{ name, protocol, number: containerPort }],
    ),
  };
}
