import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { listAt, textAt, textsAt } from '../dig.ts';
import { listObjects } from '../builder/found.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';

export const clusterInfoVerb: Verb = {
  usage: '[flags]',
  about: 'Display addresses of the control plane and services with label kubernetes.io/cluster-service=true.',
  run: clusterInfo,
  subs: {
    dump: {
      about: 'Dump relevant information for debugging and diagnosis',
      load: async () => (await import('./dump.ts')).dumpVerb,
    },
  },
};

async function clusterInfo(call: Call): Promise<void> {
  const { terminal, cluster } = call;
  if (call.args.length > 0) throw usageFailure(call, `unexpected arguments: [${call.args.join(' ')}]`);
  const client = await cluster.client();
  const { server } = client.access;
  const services = await listObjects(client, (await cluster.names()).named('services'), 'kube-system', {
    labelSelector: 'kubernetes.io/cluster-service=true',
  });
  const running = terminal.isOutputTerminal ? coloured : plain;
  terminal.out(running('Kubernetes control plane', server));
  for (const service of services) {
    const name = textsAt(service, 'metadata', 'labels')['kubernetes.io/name'] ?? nameOf(service);
    terminal.out(running(name, addressOf(service, server)));
  }
  terminal.out(`\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n`);
}

const plain = (name: string, url: string): string => `${name} is running at ${url}\n`;
const coloured = (name: string, url: string): string =>
  `\u001B[0;32m${name}\u001B[0m is running at \u001B[0;33m${url}\u001B[0m\n`;

function addressOf(service: KubeObject, server: string): string {
  const [ingress] = listAt(service, 'status', 'loadBalancer', 'ingress');
  const ports = listAt(service, 'spec', 'ports');
  if (ingress !== undefined) {
    const address = textAt(ingress, 'ip') || textAt(ingress, 'hostname');
    return ports.map(port => `http://${address}:${textAt(port, 'port')}`).join(' ');
  }
  const [port, ...more] = ports;
  const scheme = textAt(port, 'port') === '443' || textAt(port, 'name') === 'https' ? 'https:' : '';
  const portName = more.length > 0 || textAt(port, 'name') !== '' ? textAt(port, 'name') : '';
  const parts = [scheme, nameOf(service), portName].map((part, i) =>
    i === 0 ? part : i === 1 ? part : part === '' ? '' : `:${part}`,
  );
  return `${server}/api/v1/namespaces/${namespaceOf(service)}/services/${parts.join('')}/proxy`;
}
