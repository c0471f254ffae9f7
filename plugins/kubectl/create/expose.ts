import { DRY_RUN_FLAG, fieldManager, FILE_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { findAll, type Found } from '../builder/found.ts';
import { bool, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { dig, listAt, numberAt, textAt, textsAt, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { exposeObject } from './expose-object.ts';

export const exposeVerb: Verb = {
  usage:
    '(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  about: 'Expose a resource as a new Kubernetes service.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    DRY_RUN_FLAG,
    fieldManager('kubectl-expose'),
    text('cluster-ip', "The service's own address, or None."),
    text('external-ip', 'Further address of the service.'),
    text('labels', 'Labels of the service.', { short: 'l' }),
    text('load-balancer-ip', 'Address of the balancer.'),
    text('name', 'Name of the service.'),
    text('overrides', 'JSON that is merged into the service.'),
    text('port', 'Port of the service.'),
    text('protocol', 'TCP, UDP or SCTP.'),
    bool('save-config', 'Keep the configuration in its annotation, for a later apply.'),
    text('session-affinity', 'None or ClientIP.'),
    text('target-port', 'Port of the pods.'),
    text('type', 'ClusterIP, NodePort, LoadBalancer or ExternalName.'),
  ].map(flag => (flag.name === 'selector' ? { ...flag, short: '' } : flag)),
  run: expose,
};

const EXPOSED = new Set(['Deployment', 'Pod', 'ReplicaSet', 'ReplicationController', 'Service']);

async function expose(call: Call): Promise<void> {
  for (const found of await findAll(call, { latest: true })) await exposeOne(call, found);
}

async function exposeOne(call: Call, { resource, object, name }: Found): Promise<void> {
  const { flags } = call;
  if (!EXPOSED.has(resource.kind))
    throw new Failure(`cannot expose a ${resource.kind}${resource.group === '' ? '' : `.${resource.group}`}`);
  const labels = flags.text('labels') === '' ? textsAt(object, 'metadata', 'labels') : labelsOf(flags.text('labels'));
  const selector = flags.text('selector') === '' ? selectorOf(object, resource.kind) : labelsOf(flags.text('selector'));
  const spec: Fields = {
    ...(flags.text('cluster-ip') === '' ? {} : { clusterIP: flags.text('cluster-ip') }),
    ...(flags.text('external-ip') === '' ? {} : { externalIPs: [flags.text('external-ip')] }),
    ...(flags.text('load-balancer-ip') === '' ? {} : { loadBalancerIP: flags.text('load-balancer-ip') }),
    ports: portsOf(call, object, resource.kind),
    selector,
    ...(flags.text('session-affinity') === '' ? {} : { sessionAffinity: flags.text('session-affinity') }),
    ...(flags.text('type') === '' ? {} : { type: flags.text('type') }),
  };
  const options = { spec, ...(Object.keys(labels).length > 0 ? { labels } : {}), operation: 'exposed' };
  await exposeObject(call, flags.text('name') || name, options);
}

const labelsOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text.split(',').map(part => [part.split('=')[0] ?? '', part.slice(part.indexOf('=') + 1)]));

function selectorOf(object: KubeObject, kind: string): Readonly<Record<string, string>> {
  if (kind === 'Pod') {
    const labels = textsAt(object, 'metadata', 'labels');
    if (Object.keys(labels).length > 0) return labels;
    throw new Failure(
      "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
    );
  }
  const hasMatch = dig(object, 'spec', 'selector', 'matchLabels') !== undefined;
  if (listAt(object, 'spec', 'selector', 'matchExpressions').length > 0) {
    throw new Failure(
      "couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - \"" +
        'matchExpressions" to map-based selector format',
    );
  }
  const selector = hasMatch ? textsAt(object, 'spec', 'selector', 'matchLabels') : textsAt(object, 'spec', 'selector');
  if (Object.keys(selector).length > 0) return selector;
  throw new Failure(
    `couldn't retrieve selectors via --selector flag or introspection: the service has no pod selector set`,
  );
}

function portsOf({ flags }: Call, object: KubeObject, kind: string): readonly unknown[] {
  const given = flags
    .text('port')
    .split(',')
    .filter(port => port !== '')
    .map(Number);
  const own = ownPorts(object, kind);
  const numbers = given.length > 0 ? given : own.map(({ port }) => port);
  if (numbers.length === 0) throw new Failure("couldn't find port via --port flag or introspection");
  const target = flags.text('target-port');
  return numbers.map((port, i) => ({
    ...(numbers.length > 1 ? { name: `port-${i + 1}` } : {}),
    port,
    protocol: flags.text('protocol') || (own.find(each => each.port === port)?.protocol ?? 'TCP'),
    targetPort: target === '' ? port : /^\d+$/.test(target) ? Number(target) : target,
  }));
}

function ownPorts(object: KubeObject, kind: string): readonly { readonly port: number; readonly protocol: string }[] {
  if (kind === 'Service') {
    return listAt(object, 'spec', 'ports').map(each => ({
      port: numberAt(each, 'port') ?? 0,
      protocol: textAt(each, 'protocol'),
    }));
  }
  const spec = kind === 'Pod' ? dig(object, 'spec') : dig(object, 'spec', 'template', 'spec');
  return listAt(spec, 'containers').flatMap(container =>
    listAt(container, 'ports').map(each => ({
      port: numberAt(each, 'containerPort') ?? 0,
      protocol: textAt(each, 'protocol') || 'TCP',
    })),
  );
}
