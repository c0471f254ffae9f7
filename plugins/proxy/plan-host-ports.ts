import type { Pod } from '../kinds/core/v1/pod.ts';
import { ipFamilyOf } from './ip-family.ts';
import { nodeAddresses, type ProxyNode, type WantedListener } from './listener.ts';

/** The listeners that a pod's host ports ask for, where the pod runs on `node`. Pure. */
export function planHostPorts(pod: Pod, node: ProxyNode): readonly WantedListener[] {
  const { spec, status } = pod;
  const over = status.phase === 'Succeeded' || status.phase === 'Failed';
  if (spec.nodeName !== node.name || spec.hostNetwork === true || over) return [];
  const { podIP = '', podIPs = [{ ip: podIP }] } = status;
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, hostIP = '', protocol, containerPort }) => {
      if (hostPort === 0 || protocol === 'SCTP') return [];
      return podIPs.flatMap(({ ip }) => {
        const family = ipFamilyOf(ip);
        const everywhere = hostIP === '' || hostIP === (family === 'IPv6' ? '::' : '0.0.0.0');
        if (ip === '' || (!everywhere && ipFamilyOf(hostIP) !== family)) return [];
        return (everywhere ? nodeAddresses(protocol, node, family) : [hostIP]).map(
          (address): WantedListener => ({
            scope: 'node',
            protocol,
            address,
            port: hostPort,
            endpoints: [{ address: ip, port: containerPort }],
            affinitySeconds: 0,
            allowedSources: [],
          }),
        );
      });
    }),
  );
}
