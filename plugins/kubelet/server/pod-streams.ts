import type { ConnectHandler } from '../../apiserver/contract.ts';
import { badRequestError, type StatusError } from '../../../src/api/status-error.ts';
import type { NodeAgent, PodReference } from '../contract.ts';

/** Streams of pods at the API server, answered by the node in this process. */
export const podStreams = (agent: NodeAgent): readonly ConnectHandler[] => [
  logHandler(agent),
  execHandler(agent),
  attachHandler(agent),
  portForwardHandler(agent),
];

/** `pods/log` of the API server. */
const logHandler = (agent: NodeAgent): ConnectHandler => ({
  resource: 'pods',
  subresource: 'log',
  verbs: ['get'],
  stream: async ({ namespace, name, query, signal }, answer) => {
    const sink = {
      begin: () => answer.head({ 'content-type': 'text/plain' }),
      write: (chunk: Uint8Array) => answer.write(chunk),
    };
    await agent.log({ namespace, name }, query, sink, signal);
  },
});

/** `pods/exec` of the API server. */
const execHandler = (agent: NodeAgent): ConnectHandler => ({
  resource: 'pods',
  subresource: 'exec',
  verbs: ['get', 'create'],
  stream: async ({ namespace, name, query }) => refusePlain(agent, { namespace, name }, query),
  upgrade: async ({ namespace, name, query, signal, raw }, socket, head) => {
    await agent.exec({ namespace, name }, query, { raw, socket, head }, signal);
  },
});

/** `pods/attach` of the API server. */
const attachHandler = (agent: NodeAgent): ConnectHandler => ({
  resource: 'pods',
  subresource: 'attach',
  verbs: ['get', 'create'],
  stream: async ({ namespace, name, query }) => refusePlain(agent, { namespace, name }, query),
  upgrade: async ({ namespace, name, query, signal, raw }, socket, head) => {
    await agent.attach({ namespace, name }, query, { raw, socket, head }, signal);
  },
});

/** `pods/portforward` of the API server. */
const portForwardHandler = (agent: NodeAgent): ConnectHandler => ({
  resource: 'pods',
  subresource: 'portforward',
  verbs: ['get', 'create'],
  stream: async ({ namespace, name }) => {
    agent.judgeForward({ namespace, name });
    throw upgradeRequired();
  },
  upgrade: async ({ namespace, name, query, signal, raw }, socket, head) => {
    await agent.portForward({ namespace, name }, query, { raw, socket, head }, signal);
  },
});

/** What cannot be had at all is told before how it is to be asked for. */
function refusePlain(agent: NodeAgent, pod: PodReference, query: URLSearchParams): never {
  agent.judge(pod, query);
  throw upgradeRequired();
}

const upgradeRequired = (): StatusError => badRequestError('Upgrade request required');
