import { serviceRef } from '../../src/kernel/plugin.ts';

/** Asks nodes' kubelets, wherever they run. */
export interface Kubelets {
  /** What `/metrics/resource` of one tells, in the Prometheus text format. Rejects when it does not answer. */
  resourceMetrics(nodeName: string): Promise<string>;
}
export const kubelets = serviceRef<Kubelets>('forwarding.kubelets');
