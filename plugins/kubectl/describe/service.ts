import { listObjects } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { dig, listAt, numberAt, textAt, textsAt } from '../dig.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';
import { describeHead } from './head.ts';
import { joinedLabels } from './labels.ts';

export async function describeService(call: Call, out: Description, service: KubeObject): Promise<void> {
  const spec = (field: string): string => textAt(service, 'spec', field);
  const joined = (field: string): string => listAt(service, 'spec', field).map(String).join(',');
  describeHead(out, service);
  out.field('Selector', joinedLabels(textsAt(service, 'spec', 'selector')));
  out.field('Type', spec('type'));
  if (spec('ipFamilyPolicy') !== '') out.field('IP Family Policy', spec('ipFamilyPolicy'));
  out.field('IP Families', joined('ipFamilies') || '<none>');
  out.field('IP', spec('clusterIP'));
  out.field('IPs', joined('clusterIPs') || '<none>');
  if (joined('externalIPs') !== '') out.field('External IPs', joined('externalIPs'));
  if (spec('loadBalancerIP') !== '') out.field('IP', spec('loadBalancerIP'));
  if (spec('externalName') !== '') out.field('External Name', spec('externalName'));
  const ingress = listAt(service, 'status', 'loadBalancer', 'ingress').map(
    each => textAt(each, 'ip') || textAt(each, 'hostname'),
  );
  if (ingress.length > 0) out.field('LoadBalancer Ingress', ingress.join(', '));
  await describePorts(call, out, service);
  out.field('Session Affinity', spec('sessionAffinity'));
  if (spec('externalTrafficPolicy') !== '') out.field('External Traffic Policy', spec('externalTrafficPolicy'));
  if (spec('internalTrafficPolicy') !== '') out.field('Internal Traffic Policy', spec('internalTrafficPolicy'));
  if (spec('trafficDistribution') !== '') out.field('Traffic Distribution', spec('trafficDistribution'));
  if ((numberAt(service, 'spec', 'healthCheckNodePort') ?? 0) !== 0)
    out.field('HealthCheck NodePort', spec('healthCheckNodePort'));
  if (joined('loadBalancerSourceRanges') !== '')
    out.field('LoadBalancer Source Ranges', joined('loadBalancerSourceRanges'));
  await describeEvents(call, out, service);
}

async function describePorts({ cluster }: Call, out: Description, service: KubeObject): Promise<void> {
  const slices = await listObjects(
    await cluster.client(),
    (await cluster.names()).named('endpointslices.discovery.k8s.io'),
    namespaceOf(service),
    {
      labelSelector: `kubernetes.io/service-name=${nameOf(service)}`,
    },
  );
  for (const port of listAt(service, 'spec', 'ports')) {
    const [name, protocol] = [textAt(port, 'name'), textAt(port, 'protocol')];
    const shown = name === '' ? '<unset>' : name;
    out.line(`Port:\t${shown}\t${textAt(port, 'port')}/${protocol}`);
    out.line(`TargetPort:\t${textAt(port, 'targetPort')}/${protocol}`);
    if ((numberAt(port, 'nodePort') ?? 0) !== 0)
      out.line(`NodePort:\t${shown}\t${textAt(port, 'nodePort')}/${protocol}`);
    out.field('Endpoints', endpointsText(slices, name));
  }
}

const SHOWN = 3;

function endpointsText(slices: readonly KubeObject[], portName: string): string {
  const all = slices.flatMap(slice =>
    listAt(slice, 'ports')
      .filter(port => textAt(port, 'name') === portName)
      .flatMap(port =>
        listAt(slice, 'endpoints')
          .filter(endpoint => dig(endpoint, 'conditions', 'ready') !== false)
          .flatMap(endpoint =>
            listAt(endpoint, 'addresses').map(address => `${String(address)}:${textAt(port, 'port')}`),
          ),
      ),
  );
  if (all.length === 0 && slices.length === 0) return '<none>';
  if (all.length <= SHOWN) return all.join(',');
  return `${all.slice(0, SHOWN).join(',')} + ${all.length - SHOWN} more...`;
}
