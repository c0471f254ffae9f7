import { messageOf } from '../../src/base/message-of.ts';
import type { World } from '../../src/base/world.ts';
import type { Store } from '../../src/store/store.ts';
import type { HealthCheck } from './contract.ts';
import type { Answer } from './http/answer.ts';
import { HEALTH_CHECK_MS } from './limits.ts';

/** What the server checks of itself besides what plugins contribute. */
export interface Health {
  readonly world: World;
  readonly checks: readonly HealthCheck[];
  readonly store: Store;
}

/** `/healthz`, `/livez`, `/readyz`, each also per check and with `?verbose`; `undefined` for other paths. */
export async function serveHealth(
  { world, checks, store }: Health,
  segments: readonly string[],
  query: URLSearchParams,
): Promise<Answer | undefined> {
  const [root = '', name, ...more] = segments;
  if (!['healthz', 'livez', 'readyz'].includes(root) || more.length > 0) return undefined;
  const own = [PING, storeCheck(store)];
  const concerned = [...own, ...(root === 'livez' ? checks.filter(({ live }) => live) : checks)];
  const asked = name === undefined ? concerned : concerned.filter(check => check.name === name);
  if (asked.length === 0) return text(404, '404 page not found\n');
  const excluded = new Set(query.getAll('exclude'));
  const results = await Promise.all(
    asked.map(async check => ({
      check,
      failure: excluded.has(check.name) ? undefined : await failureOf(world, check),
    })),
  );
  const isWell = results.every(({ failure }) => failure === undefined);
  if (isWell && !query.has('verbose')) return text(200, 'ok');
  const lines = results.map(({ check, failure }) =>
    excluded.has(check.name)
      ? `[+]${check.name} excluded: ok\n`
      : failure === undefined
        ? `[+]${check.name} ok\n`
        : `[-]${check.name} failed: ${failure}\n`,
  );
  return text(isWell ? 200 : 500, `${lines.join('')}${root} check ${isWell ? 'passed' : 'failed'}\n`);
}

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
