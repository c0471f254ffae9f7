import admission from '../../../plugins/admission/plugin.ts';
import apiserver from '../../../plugins/apiserver/plugin.ts';
import { clusterCa } from '../../../plugins/auth/contract.ts';
import { ensureClusterObjects } from '../../../plugins/bootstrap/cluster-objects.ts';
import cachesPlugin from '../../../plugins/caches/plugin.ts';
import controllers from '../../../plugins/controllers/plugin.ts';
import customResources from '../../../plugins/custom-resources/plugin.ts';
import events from '../../../plugins/events/plugin.ts';
import kinds from '../../../plugins/kinds/plugin.ts';
import podSubresources from '../../../plugins/pod-subresources/plugin.ts';
import podSecurity from '../../../plugins/pod-security/plugin.ts';
import quota from '../../../plugins/quota/plugin.ts';
import rbac from '../../../plugins/rbac/plugin.ts';
import scheduler from '../../../plugins/scheduler/plugin.ts';
import serviceAddresses from '../../../plugins/service-addresses/plugin.ts';
import leaderElection from '../../../plugins/leader-election/plugin.ts';
import memoryStore from '../../../plugins/store-memory/plugin.ts';
import webhooks from '../../../plugins/webhooks/plugin.ts';
import admissionPolicies from '../../../plugins/webhooks/policies/plugin.ts';
import { clients, type Client, type Clients } from '../../api/client.ts';
import type { World } from '../../base/world.ts';
import { createBus } from '../../bus/bus.ts';
import { hostWorld } from '../../kernel/host-world.ts';
import { CrashLog } from '../../kernel/crash-log.ts';
import { startKernel, type Kernel } from '../../kernel/kernel.ts';
import type { Logger } from '../../kernel/logger.ts';
import { definePlugin, type AnyPlugin } from '../../kernel/plugin.ts';
import { silentLogger } from '../../kernel/silent-logger.ts';
import type { Node } from '../../schema/schema.ts';
import { applyDefaults } from '../../schema/defaults.ts';
import { caches, type Caches } from '../caches.ts';

export interface TestClusterOptions {
  /** Besides the control plane. */
  readonly plugins?: readonly AnyPlugin[];
  /** Names of built-in plugins to leave out: `controllers`, `scheduler` ... */
  readonly without?: readonly string[];
  readonly world?: World;
  readonly log?: Logger;
  /** Given to the plugins that declare them. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A whole control plane in this process: real API, real controllers, a store in memory; no node, no port. */
export interface TestCluster extends AsyncDisposable {
  readonly kernel: Kernel;
  /** A member of system:masters. */
  readonly client: Client;
  readonly clients: Clients;
  readonly caches: Caches;
  /** Waits until `check` answers a value; fails with the last error after `timeoutMs`, 5 s unless given. */
  eventually<T>(check: () => Promise<T> | T, timeoutMs?: number): Promise<T>;
}

export async function startCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { plugins = [], without = [], world = hostWorld(), log = silentLogger, settings = {} } = options;
  const builtin: readonly AnyPlugin[] = CONTROL_PLANE.filter(({ name }) => !without.includes(name));
  const kernel = await startKernel({
    plugins: [...builtin, ...plugins],
    world,
    log,
    bus: createBus(error => log.error('a handler of a bus event failed', { error })),
    crashes: new CrashLog(),
    onFatal: (plugin, error) => log.error('the cluster cannot go on', { plugin, error }),
    configOf: ({ config }) => (config === undefined ? {} : configured(config.node, { ...settings, serve: false })),
  });
  const client = kernel.service(clients).as({ name: 'admin', groups: ['system:masters', 'system:authenticated'] });
  return {
    kernel,
    client,
    clients: kernel.service(clients),
    caches: kernel.service(caches),
    eventually: (check, timeoutMs = 5000) => eventually(world, check, timeoutMs),
    [Symbol.asyncDispose]: () => kernel.stop(),
  };
}

/** No key is made: nothing here speaks TLS. */
const testCa = definePlugin({
  name: 'auth',
  provides: [clusterCa],
  start: context => {
    const refuse = () => Promise.reject(new Error('a test cluster issues no certificates'));
    context.provide(clusterCa, {
      caCertificate: 'CA of a test\n',
      issueClient: refuse,
      issueServer: refuse,
      follow: () => undefined,
    });
  },
});

/** Namespaces and priority classes; the rest of what `bootstrap` makes needs addresses and files. */
const firstObjects = definePlugin({
  name: 'bootstrap',
  needs: { clients },
  start: context => {
    const client = context.needs.clients.as({ name: 'system:apiserver', groups: ['system:masters'] });
    context.ready(() => ensureClusterObjects(client));
  },
});

const CONTROL_PLANE: readonly AnyPlugin[] = [
  memoryStore,
  testCa,
  kinds,
  apiserver,
  cachesPlugin,
  rbac,
  admission,
  quota,
  podSecurity,
  serviceAddresses,
  webhooks,
  admissionPolicies,
  firstObjects,
  podSubresources,
  events,
  customResources,
  leaderElection,
  controllers,
  scheduler,
];

function configured(node: Node, settings: Readonly<Record<string, unknown>>): unknown {
  const known = Object.entries(settings).filter(([name]) => node.kind === 'object' && name in node.props);
  return applyDefaults(node, Object.fromEntries(known));
}

const POLL_MS = 5;

async function eventually<T>(world: World, check: () => Promise<T> | T, timeoutMs: number): Promise<T> {
  const deadlineMs = world.clock.monotonicMs() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (world.clock.monotonicMs() > deadlineMs) throw error;
    }
    await world.timers.sleep(POLL_MS);
  }
}
