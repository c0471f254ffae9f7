import type { Cache } from '../../src/sdk/caches.ts';
import { admissionFor, type AdmissionPlugin } from '../apiserver/contract.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { topologyLabelsOf } from '../kinds/core/v1/topology-labels.ts';

/** A pod that comes with its node says where that is; one that is bound later is told then. */
export const podTopologyLabels = (nodes: Cache<Node>): AdmissionPlugin =>
  admissionFor(Pod, {
    name: 'PodTopologyLabels',
    order: 500,
    operations: ['CREATE'],
    async mutate(pod) {
      const { nodeName = '' } = pod.spec;
      if (nodeName === '') return pod;
      await nodes.synced;
      const labels = topologyLabelsOf(nodes.get(nodeName));
      if (labels === undefined) return pod;
      return { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...labels } } };
    },
  });
