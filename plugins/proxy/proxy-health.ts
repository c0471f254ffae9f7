import type { Clock } from '../../src/base/world.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { ProxyMetrics } from './proxy-metrics.ts';
import { JSON_TYPE, type SmallHandler } from './small-http-server.ts';

/** The cluster autoscaler's word that a node is about to go. */
const TO_BE_DELETED = 'ToBeDeletedByClusterAutoscaler';

/**
 * `/livez` and `/healthz` of kube-proxy's port 10256: both whether services are kept up to date, which here they are
 * while anybody answers; the latter also whether this node is to get traffic from outside.
 */
export function proxyHealth(
  clock: Clock,
  metrics: Pick<ProxyMetrics, 'answered'>,
  node: () => Node | undefined,
): SmallHandler {
  const started = new Date(clock.now()).toISOString();
  return path => {
    if (path !== '/healthz' && path !== '/livez') return undefined;
    const nodeEligible = isEligible(node());
    const isWell = path === '/livez' || nodeEligible;
    const now = new Date(clock.now()).toISOString();
    const code = isWell ? 200 : 503;
    metrics.answered(path === '/livez' ? 'livez' : 'healthz', code);
    return {
      code,
      headers: JSON_TYPE,
      body: JSON.stringify({
        lastUpdated: isWell ? now : started,
        currentTime: now,
        ...(path === '/livez' ? {} : { nodeEligible }),
        healthy: true,
        status: { IPv4: { lastUpdated: started, healthy: true } },
      }),
    };
  };
}

const isEligible = (node: Node | undefined): boolean =>
  node !== undefined &&
  node.metadata.deletionTimestamp === undefined &&
  !(node.spec.taints ?? []).some(({ key }) => key === TO_BE_DELETED);
