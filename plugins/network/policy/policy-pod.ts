import type { Labels } from '../../../src/api/label-selector.ts';
import { parseIpNumber, type IpNumber } from '../../../src/base/ip-number.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { Protocol } from './policy-plan.ts';

/** What policies see of a pod. */
export interface PolicyPod {
  readonly namespace: string;
  readonly labels: Labels;
  /** One of a family; the first is what it is known by. */
  readonly addresses: readonly [IpNumber, ...IpNumber[]];
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
export function policyPod({ metadata, spec, status }: Pod, given?: readonly string[]): PolicyPod | undefined {
  const [first, ...more] = (given ?? podIpsOf(status)).flatMap(address => parseIpNumber(address) ?? []);
  const over = status.phase === 'Succeeded' || status.phase === 'Failed';
  if (spec.hostNetwork === true || first === undefined || over) return undefined;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...spec.containers, ...sidecars].flatMap(container => container.ports ?? []);
  return {
    namespace: metadata.namespace ?? '',
    labels: metadata.labels ?? {},
    addresses: [first, ...more],
    ports: ports.flatMap(({ name = '', protocol, containerPort }) =>
      name === '' ? [] : [{ name, protocol, number: containerPort }],
    ),
  };
}

export function podIpsOf({ podIP = '', podIPs = [] }: Pod['status']): readonly string[] {
  return podIPs.length > 0 ? podIPs.flatMap(({ ip }) => ip ?? []) : [podIP];
}
