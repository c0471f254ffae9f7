import type { Metric } from '../../../src/base/metric.ts';
import { processMetrics } from '../../../src/base/process-metrics.ts';
import type { Runtime } from '../../runtime/contract.ts';

/** `/metrics` of the kubelet itself, under upstream's names. */
export function kubeletMetrics(runtime: Pick<Runtime, 'list'>, nodeName: string, nowMs: number): readonly Metric[] {
  const sandboxes = runtime.list();
  const states = sandboxes.flatMap(({ containers }) => containers.map(({ state }) => state));
  const count = (state: string): number => states.filter(each => each === state).length;
  return [
    {
      name: 'kubelet_node_name',
      help: "The node's name. The count is always 1.",
      type: 'gauge',
      samples: [{ labels: { node: nodeName }, value: 1 }],
    },
    {
      name: 'kubelet_running_containers',
      help: 'Number of containers currently running',
      type: 'gauge',
      samples: ['exited', 'running'].map(state => ({ labels: { container_state: state }, value: count(state) })),
    },
    {
      name: 'kubelet_running_pods',
      help: 'Number of pods that have a running pod sandbox',
      type: 'gauge',
      samples: [{ labels: {}, value: sandboxes.filter(({ state }) => state === 'ready').length }],
    },
    ...processMetrics(nowMs),
  ];
}
