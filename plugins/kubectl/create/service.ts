import { int, list, text, type FlagSpec } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { generatorVerb, newMetadata } from './generator.ts';

const TCP: FlagSpec = list('tcp', 'Ports as <port>:<targetPort>.');

interface ServiceGenerator {
  readonly type: string;
  readonly usage: string;
  readonly flags: readonly FlagSpec[];
  readonly spec: (call: Call) => Readonly<Record<string, unknown>>;
  readonly nodePort?: (call: Call) => number;
  readonly needsPorts: (call: Call) => boolean;
}

const service = ({ type, usage, flags, spec, nodePort, needsPorts }: ServiceGenerator): Verb =>
  generatorVerb({
    usage,
    about: `Create a ${type} service with the specified name.`,
    flags: [TCP, ...flags],
    namespaced: true,
    failed: `failed to create ${type} service`,
    build(call, name): KubeObject {
      const ports = call.flags.list('tcp').map(part => portOf(part, nodePort?.(call) ?? 0));
      if (needsPorts(call) && ports.length === 0) throw new Failure('at least one tcp port specifier must be provided');
      const labels = { app: name };
      return {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: newMetadata(name, { labels }),
        spec: { ...spec(call), ...(ports.length > 0 ? { ports } : {}), selector: labels, type },
        status: { loadBalancer: {} },
      };
    },
  });

function portOf(part: string, nodePort: number): unknown {
  const [port = '', target = port, ...more] = part.split(':');
  if (more.length > 0) throw new Failure(`invalid port format: ${part}`);
  const number = portNumber(port);
  const targetPort = /^\d+$/.test(target) ? portNumber(target) : target;
  return {
    name: part.replaceAll(':', '-'),
    ...(nodePort > 0 ? { nodePort } : {}),
    port: number,
    protocol: 'TCP',
    targetPort,
  };
}

function portNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text)) throw new Failure(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  if (number < 1 || number > 65_535) throw new Failure(`invalid port number: ${text}`);
  return number;
}

export const serviceVerb: Verb = {
  usage: '(clusterip | externalname | loadbalancer | nodeport)',
  about: 'Create a service using a specified subcommand.',
  subs: {
    clusterip: {
      about: 'Create a ClusterIP service',
      load: async () =>
        service({
          type: 'ClusterIP',
          usage: 'NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]',
          flags: [text('clusterip', "An address of one's own, or None for a headless service.")],
          spec: ({ flags }) => (flags.text('clusterip') === '' ? {} : { clusterIP: flags.text('clusterip') }),
          needsPorts: ({ flags }) => flags.text('clusterip') !== 'None',
        }),
    },
    externalname: {
      about: 'Create an ExternalName service',
      load: async () =>
        service({
          type: 'ExternalName',
          usage: 'NAME --external-name external.name [--dry-run=server|client|none]',
          flags: [text('external-name', 'The name it stands for.', { required: true })],
          spec: externalName,
          needsPorts: () => false,
        }),
    },
    loadbalancer: {
      about: 'Create a LoadBalancer service',
      load: async () =>
        service({
          type: 'LoadBalancer',
          usage: 'NAME [--tcp=port:targetPort]',
          flags: [],
          spec: () => ({}),
          needsPorts: () => true,
        }),
    },
    nodeport: {
      about: 'Create a NodePort service',
      load: async () =>
        service({
          type: 'NodePort',
          usage: 'NAME [--tcp=port:targetPort]',
          flags: [int('node-port', 'Port on each node.')],
          spec: () => ({}),
          nodePort: ({ flags }) => flags.int('node-port'),
          needsPorts: () => true,
        }),
    },
  },
};

function externalName({ flags }: Call): Readonly<Record<string, unknown>> {
  return { externalName: flags.text('external-name') };
}
