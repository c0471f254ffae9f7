import { resources } from '../../src/api/resource.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { computedKindFor, computedKinds } from '../apiserver/contract.ts';
import { kubelets } from '../forwarding/contract.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { NodeMetrics } from '../kinds/metrics/v1beta1/node-metrics.ts';
import { PodMetrics } from '../kinds/metrics/v1beta1/pod-metrics.ts';
import { UsageMetrics } from './usage-metrics.ts';

export default definePlugin({
  name: 'metrics',
  description: 'metrics.k8s.io: what nodes and pods used lately, measured while somebody asks',
  needs: { caches, kubelets },
  start({ needs, world, log, contribute }) {
    const metrics = new UsageMetrics({
      world,
      log,
      kubelets: needs.kubelets,
      nodes: needs.caches.of(Node),
      pods: needs.caches.of(Pod),
    });
    contribute(
      computedKinds,
      computedKindFor(NodeMetrics, { get: key => metrics.node(key), list: () => metrics.nodes() }),
      computedKindFor(PodMetrics, { get: key => metrics.pod(key), list: namespace => metrics.pods(namespace) }),
    );
    contribute(resources, NodeMetrics, PodMetrics);
  },
});
