import type { Pod } from '../kinds/core/v1/pod.ts';
import { nodeAddresses, type ProxyNode, type WantedListener } from './listener.ts';

/** The listeners that a pod's host ports ask for, where the pod runs on `node`. Pure. */
export function planHostPorts(pod: Pod, node: ProxyNode): readonly WantedListener[] {
  const { spec, status } = pod;
  const podIp = status.podIP ?? '';
  const over = status.phase === 'Succeeded' || status.phase === 'Failed';
  if (spec.nodeName !== node.name || spec.hostNetwork === true || podIp === '' || over) return [];
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, hostIP = '', protocol, containerPort }) => {
      if (hostPort === 0 || protocol === 'SCTP') return [];
      const everywhere = hostIP === '' || hostIP === '0.0.0.0';
      return (everywhere ? nodeAddresses(protocol, node) : [hostIP]).map(
        (address): WantedListener => ({
          scope: 'node',
          protocol,
          address,
          port: hostPort,
          endpoints: [{ address: podIp, port: containerPort }],
          affinitySeconds: 0,
          allowedSources: [],
        }),
      );
    }),
  );
}
