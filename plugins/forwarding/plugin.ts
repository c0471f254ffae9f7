import { clients } from '../../src/api/client.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { connectHandlers } from '../apiserver/contract.ts';
import { clusterCa } from '../auth/contract.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { nodeAgents, type PodReference, type PodStreamer } from '../kubelet/contract.ts';
import { kubeletCredentials } from './kubelet-credentials.ts';
import { kubeletOf } from './kubelet-of.ts';
import { proxyHandlers } from './proxy-handlers.ts';
import { podStreams } from './pod-streams.ts';
import { RemoteAgent } from './remote-agent.ts';

export default definePlugin({
  name: 'forwarding',
  description: 'what the API server passes on: streams of pods to their nodes, `proxy` to nodes, pods and services',
  needs: { clients, clusterCa },
  start({ needs, world, log, signal, collect, contribute }) {
    const client = needs.clients.as(LOOPBACK_USER);
    const credentials = kubeletCredentials(needs.clusterCa, log, signal);
    const kubelet = async (nodeName: string) => kubeletOf(client, nodeName, await credentials());
    const agents = collect(nodeAgents);
    const agentFor = async (reference: PodReference): Promise<PodStreamer> => {
      const pod = await client.get(Pod, reference);
      const here = agents.find(({ nodeName }) => nodeName === pod.spec.nodeName);
      return here ?? new RemoteAgent(pod, world.timers, kubelet);
    };
    contribute(connectHandlers, ...podStreams(agentFor), ...proxyHandlers({ client, world, kubelet }));
  },
});
