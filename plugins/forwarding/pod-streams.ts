import type { ConnectHandler } from '../apiserver/contract.ts';
import { badRequestError, invalidError, type StatusError } from '../../src/api/status-error.ts';
import { logOptionErrors } from './log-option-errors.ts';
import type { PodReference, PodStreamer } from '../kubelet/contract.ts';

/** Finds who streams a pod. Throws `StatusError`. */
export type FindAgent = (pod: PodReference) => Promise<PodStreamer>;

/** Streams of pods at the API server, answered by the node that has each. */
export const podStreams = (agentFor: FindAgent): readonly ConnectHandler[] => [
  logHandler(agentFor),
  execHandler(agentFor),
  attachHandler(agentFor),
  portForwardHandler(agentFor),
];

const STREAM_FIELDS = {
  stdin: 'boolean',
  stdout: 'boolean',
  stderr: 'boolean',
  tty: 'boolean',
  container: 'string',
} as const;

/** `pods/log` of the API server. */
const logHandler = (agentFor: FindAgent): ConnectHandler => ({
  resource: 'pods',
  subresource: 'log',
  verbs: ['get'],
  stream: async ({ namespace, name, query, signal }, answer) => {
    const sink = {
      begin: () => answer.head([['content-type', 'text/plain']]),
      write: (chunk: Uint8Array) => answer.write(chunk),
    };
    const errors = logOptionErrors(query);
    if (errors.length > 0) throw invalidError({ group: '', kind: 'PodLogOptions' }, name, errors);
    const agent = await agentFor({ namespace, name });
    await agent.log({ namespace, name }, query, sink, signal);
  },
});

/** `pods/exec` of the API server. */
const execHandler = (agentFor: FindAgent): ConnectHandler => ({
  resource: 'pods',
  subresource: 'exec',
  verbs: ['get', 'create'],
  options: { kind: 'PodExecOptions', fields: { ...STREAM_FIELDS, command: 'strings' } },
  stream: async ({ namespace, name, query }) => refusePlain(agentFor, { namespace, name }, query),
  upgrade: async ({ namespace, name, query, signal, raw }, socket, head) => {
    const agent = await agentFor({ namespace, name });
    await agent.exec({ namespace, name }, query, { raw, socket, head }, signal);
  },
});

/** `pods/attach` of the API server. */
const attachHandler = (agentFor: FindAgent): ConnectHandler => ({
  resource: 'pods',
  subresource: 'attach',
  verbs: ['get', 'create'],
  options: { kind: 'PodAttachOptions', fields: STREAM_FIELDS },
  stream: async ({ namespace, name, query }) => refusePlain(agentFor, { namespace, name }, query),
  upgrade: async ({ namespace, name, query, signal, raw }, socket, head) => {
    const agent = await agentFor({ namespace, name });
    await agent.attach({ namespace, name }, query, { raw, socket, head }, signal);
  },
});

/** `pods/portforward` of the API server. */
const portForwardHandler = (agentFor: FindAgent): ConnectHandler => ({
  resource: 'pods',
  subresource: 'portforward',
  verbs: ['get', 'create'],
  options: { kind: 'PodPortForwardOptions', fields: { ports: 'integers' } },
  stream: async ({ namespace, name }) => {
    (await agentFor({ namespace, name })).judgeForward({ namespace, name });
    throw upgradeRequired();
  },
  upgrade: async ({ namespace, name, query, signal, raw }, socket, head) => {
    const agent = await agentFor({ namespace, name });
    await agent.portForward({ namespace, name }, query, { raw, socket, head }, signal);
  },
});

/** What cannot be had at all is told before how it is to be asked for. */
async function refusePlain(agentFor: FindAgent, pod: PodReference, query: URLSearchParams): Promise<never> {
  (await agentFor(pod)).judge(pod, query);
  throw upgradeRequired();
}

const upgradeRequired = (): StatusError => badRequestError('Upgrade request required');
