import { messageOf } from '../../src/base/message-of.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Store } from '../../src/store/store.ts';
import type { HealthCheck } from './contract.ts';
import type { Answer } from './http/answer.ts';
import type { HealthSeries } from './measures/health-series.ts';
import { HEALTH_CHECK_MS } from './limits.ts';

/** What the server checks of itself besides what plugins contribute. */
export interface Health {
  readonly world: World;
  readonly log: Logger;
  readonly checks: readonly HealthCheck[];
  readonly store: Store;
  /** Told how each check ended. */
  readonly series: Pick<HealthSeries, 'observe'>;
}

/**
 * `/healthz`, `/livez`, `/readyz`, with `?verbose` and `?exclude`, and each check below them by its name; `undefined`
 * for other paths. Everybody may ask for all of them, so that why one failed is told by the log, and at its own path.
 */
export async function serveHealth(
  health: Health,
  segments: readonly string[],
  query: URLSearchParams,
): Promise<Answer | undefined> {
  const [root = '', ...more] = segments;
  if (!['healthz', 'livez', 'readyz'].includes(root)) return undefined;
  const { checks, store } = health;
  const all = [PING, storeCheck(store), ...(root === 'livez' ? checks.filter(({ live }) => live) : checks)];
  if (more.length === 0) return summary(health, root, all, query);
  const asked = all.find(({ name }) => name === more.join('/'));
  if (asked === undefined) return text(404, '404 page not found\n');
  const failure = await failureOf(health.world, asked);
  return failure === undefined ? text(200, 'ok') : text(500, `internal server error: ${failure}\n`);
}

async function summary(
  { world, log, series }: Health,
  root: string,
  checks: readonly HealthCheck[],
  query: URLSearchParams,
): Promise<Answer> {
  const excluded = new Set(query.getAll('exclude'));
  const failures = new Map<string, string>();
  const results = await Promise.all(
    checks.map(async check => {
      const { name } = check;
      if (excluded.delete(name)) return `[+]${name} excluded: ok\n`;
      const failure = await failureOf(world, check);
      series.observe(root, name, failure === undefined);
      if (failure === undefined) return `[+]${name} ok\n`;
      failures.set(name, failure);
      return `[-]${name} failed: reason withheld\n`;
    }),
  );
  const lines = results.join('') + unmatched([...excluded]);
  if (failures.size > 0) {
    log.info('a health check failed', { check: root, failures: Object.fromEntries(failures) });
    return text(500, `${lines}${root} check failed\n`);
  }
  return text(200, query.has('verbose') ? `${lines}${root} check passed\n` : 'ok');
}

const unmatched = (names: readonly string[]): string =>
  names.length === 0
    ? ''
    : `warn: some health checks cannot be excluded: no matches for ${names
        .toSorted()
        .map(name => JSON.stringify(name))
        .join(',')}\n`;

/** Named as upstream's, which keeps its objects in etcd. */
const storeCheck = (store: Store): HealthCheck => ({
  name: 'etcd',
  live: true,
  check: async () => {
    if (store.failure !== undefined) throw store.failure;
    // Whoever keeps it may have fallen silent, which only who asks finds out.
    await store.get('health');
  },
});

const PING: HealthCheck = { name: 'ping', live: true, check: () => undefined };

async function failureOf(world: World, health: HealthCheck): Promise<string | undefined> {
  const over = new AbortController();
  const late = world.timers.sleep(HEALTH_CHECK_MS, over.signal).then(
    () => Promise.reject(new Error('timed out')),
    () => undefined,
  );
  try {
    await Promise.race([health.check(), late]);
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    over.abort();
  }
}

const text = (code: number, body: string): Answer => ({
  type: 'text',
  code,
  contentType: 'text/plain; charset=utf-8',
  text: body,
  headers: { 'x-content-type-options': 'nosniff' },
});
