import type { Metric } from '../../src/base/metric.ts';
import { METRICS_TEXT_TYPE, metricsText } from '../../src/base/metrics-text.ts';
import { TEXT_TYPE, type SmallHandler } from './small-http-server.ts';

/**
 * The pages of kube-proxy's port 10249: its metrics, that it is there, and its mode, which is that of the proxy it had
 * before those of the kernel.
 */
export const proxyStatus =
  (collect: () => readonly Metric[]): SmallHandler =>
  path => {
    switch (path) {
      case '/metrics':
        return { code: 200, headers: { 'content-type': METRICS_TEXT_TYPE }, body: metricsText(collect()) };
      case '/healthz':
        return { code: 200, headers: TEXT_TYPE, body: 'ok' };
      case '/proxyMode':
        return { code: 200, headers: TEXT_TYPE, body: 'userspace' };
      default:
        return undefined;
    }
  };
