import { clients } from '../../src/api/client.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { connectHandlers } from '../apiserver/contract.ts';
import { clusterCa } from '../auth/contract.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { nodeAgents, type PodReference, type PodStreamer } from '../kubelet/contract.ts';
import { clientCredentials } from './client-credentials.ts';
import { kubelets } from './contract.ts';
import { kubeletOf } from './kubelet-of.ts';
import { proxyHandlers } from './proxy-handlers.ts';
import { podStreams } from './pod-streams.ts';
import { readMetrics } from './read-metrics.ts';
import { RemoteAgent } from './remote-agent.ts';

export default definePlugin({
  name: 'forwarding',
  description: 'what the API server passes on: streams of pods to their nodes, `proxy` to nodes, pods and services',
  needs: { clients, clusterCa },
  provides: [kubelets],
  start({ needs, world, log, signal, collect, contribute, provide }) {
    const client = needs.clients.as(LOOPBACK_USER);
    const { caCertificate: ca } = needs.clusterCa;
    const credentials = clientCredentials(needs.clusterCa, KUBELET_CLIENT, log, signal);
    const kubelet = async (nodeName: string) => kubeletOf(client, nodeName, { ca, ...(await credentials()) });
    const agents = collect(nodeAgents);
    const agentFor = async (reference: PodReference): Promise<PodStreamer> => {
      const pod = await client.get(Pod, reference);
      const here = agents.find(({ nodeName }) => nodeName === pod.spec.nodeName);
      return here ?? new RemoteAgent(pod, world.timers, kubelet);
    };
    provide(kubelets, {
      resourceMetrics: async nodeName => {
        const here = agents.find(agent => agent.nodeName === nodeName);
        return here === undefined ? readMetrics(world.timers, await kubelet(nodeName)) : here.resourceMetrics();
      },
    });
    contribute(connectHandlers, ...podStreams(agentFor), ...proxyHandlers({ client, world, kubelet }));
  },
});

/** Named in upstream's certificates as well; bound to the role system:kubelet-api-admin. */
const KUBELET_CLIENT = 'kube-apiserver-kubelet-client';
