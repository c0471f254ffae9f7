import { ageColumn, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import { formatLabels } from '../../../../src/api/format-labels.ts';
import type { Column } from '../../../../src/api/resource.ts';
import type { ServiceObject } from './service-object.ts';

export const serviceColumns: readonly Column<ServiceObject>[] = [
  nameColumn,
  text('Type', 'How the service is offered.', ({ spec }) => spec.type),
  text('Cluster-IP', 'Address within the cluster.', ({ spec }) => spec.clusterIPs?.[0] ?? '<none>'),
  text('External-IP', 'Addresses from outside.', externalIp),
  text('Port(s)', 'Ports, with those of the nodes.', ({ spec: { ports = [] } }) =>
    ports.length === 0
      ? '<none>'
      : ports
          .map(({ port, nodePort, protocol }) => `${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol}`)
          .join(','),
  ),
  ageColumn,
  wide('Selector', 'Labels of the pods behind it.', ({ spec }) => formatLabels(spec.selector)),
];

function externalIp({ spec, status }: ServiceObject): string {
  const { type, externalIPs = [], externalName } = spec;
  if (type === 'ExternalName') return externalName ?? '';
  if (type !== 'LoadBalancer') return externalIPs.length === 0 ? '<none>' : externalIPs.join(',');
  const ingress = (status.loadBalancer.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '');
  const all = [...[...new Set(ingress.filter(one => one !== ''))].sort(), ...externalIPs];
  return all.length === 0 ? '<pending>' : all.join(',');
}
