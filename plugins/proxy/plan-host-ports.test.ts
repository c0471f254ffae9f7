import { describe, expect, it } from 'vitest';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { planHostPorts } from './plan-host-ports.ts';

const node = { name: 'here', zone: undefined, addresses: ['127.0.0.1', '192.0.2.2'] };

type Ports = NonNullable<Pod['spec']['containers'][number]['ports']>;
/** The share of a pod that host ports depend on; the rest of its fields play no part. */
const pod = (ports: Ports, spec: object = {}, status: object = {}): Pod =>
  ({
    spec: { nodeName: 'here', containers: [{ name: 'c', ports }], ...spec },
    status: { phase: 'Running', podIP: '10.42.0.5', ...status },
  }) as unknown as Pod;
const plan = (of: Pod): readonly string[] =>
  planHostPorts(of, node).map(it => `${it.protocol} ${it.address}:${it.port} -> ${it.endpoints[0]?.port ?? 0}`);

const tcp = { containerPort: 8080, hostPort: 80, protocol: 'TCP' } as const;

describe('planHostPorts', () => {
  it.each<[string, Pod, readonly string[]]>([
    ['every address', pod([tcp]), ['TCP 0.0.0.0:80 -> 8080']],
    [
      'each address for UDP',
      pod([{ ...tcp, protocol: 'UDP' }]),
      ['UDP 127.0.0.1:80 -> 8080', 'UDP 192.0.2.2:80 -> 8080'],
    ],
    ['the address asked for', pod([{ ...tcp, hostIP: '127.0.0.1' }]), ['TCP 127.0.0.1:80 -> 8080']],
    ['nothing without a host port', pod([{ containerPort: 8080, protocol: 'TCP' }]), []],
    ['nothing before the pod has an address', pod([tcp], {}, { podIP: undefined }), []],
    ['nothing once the pod is over', pod([tcp], {}, { phase: 'Succeeded' }), []],
    ['nothing for pods of other nodes', pod([tcp], { nodeName: 'there' }), []],
    ['nothing for pods in the node’s own namespace', pod([tcp], { hostNetwork: true }), []],
  ])('listens at %s', (_, of, listeners) => expect(plan(of)).toEqual(listeners));
});
