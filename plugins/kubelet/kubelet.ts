import { join } from 'node:path';
import type { FilesNative } from '../../native/files.ts';
import type { KubeletNative } from '../../native/kubelet.ts';
import type { Client } from '../../src/api/client.ts';
import { directoryStep, spreadStep } from '../../src/base/file-steps.ts';
import { must } from '../../src/base/must.ts';
import type { World } from '../../src/base/world.ts';
import type { Bus } from '../../src/bus/bus.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Cache, Caches } from '../../src/sdk/caches.ts';
import type { EventRecorder } from '../../src/sdk/events.ts';
import type { Images } from '../images/contract.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Pod as PodKind } from '../kinds/core/v1/pod.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { Service } from '../kinds/core/v1/service.ts';
import type { PodNetwork, TrafficPolicies } from '../network/contract.ts';
import { containerExited, sandboxGone, type Runtime } from '../runtime/contract.ts';
import { NodeDrivers } from './node-drivers.ts';
import { NodeAccount } from './admission/node-account.ts';
import { NodeAdmission, type NodeSource } from './admission/node-admission.ts';
import { registeredNode } from './admission/registered-node.ts';
import { amountsOf } from './admission/taken.ts';
import { ImageCollector } from './images/image-collector.ts';
import type { ImageLimits } from './images/image-limits.ts';
import { IMAGE_CONFIG_LABEL } from './container/container-labels.ts';
import { MAX_PARALLEL_STATUS_WRITES, parallelStarts } from './limits.ts';
import type { LogLimits } from './logs/log-limits.ts';
import { countedRuntime } from './metrics/counted-runtime.ts';
import { OperationCounts } from './metrics/operation-counts.ts';
import { readMachine, type Machine } from './node/machine.ts';
import type { NodeMarks } from './node/node-marks.ts';
import { NodeRegistration } from './node/node-registration.ts';
import { nodeAllocatable, requireRoom, type NodeReserve, type NodeSize } from './node/node-allocatable.ts';
import { PodsLimit, podsResources, type enforcedReserve } from './node/pods-limit.ts';
import { nodeStatus } from './node/node-status.ts';
import { diskBytes } from './node/pressure.ts';
import { standardLabels } from './node/standard-labels.ts';
import { RESOURCE_OF } from './eviction/eviction-words.ts';
import { Evictor, type EvictorDeps } from './eviction/evictor.ts';
import { observeNode } from './eviction/observe-node.ts';
import type { VolumeMeter } from './csi/volume-meter.ts';
import { podStorage } from './eviction/pod-storage.ts';
import { podUsage } from './eviction/pod-usage.ts';
import { StorageLimits } from './eviction/storage-limits.ts';
import { WaitingResizes } from './resize/waiting-resizes.ts';
import { ProbeCounts } from './probes/probe-counts.ts';
import type { BusNative } from './logind/bus-connection.ts';
import { NodeShutdown } from './shutdown/node-shutdown.ts';
import type { ShutdownPeriod } from './shutdown/shutdown-periods.ts';
import { OrphanedPods } from './orphaned-pods.ts';
import { PodWorkers } from './pod-workers.ts';
import type { AllowedSysctls } from './sandbox/sysctls.ts';
import { UserRanges } from './sandbox/user-ranges.ts';
import { mountSecretsDirectory, type VolumeDeps } from './volumes/pod-volumes.ts';
import { ClaimedVolumes } from './volumes/claimed-volumes.ts';
import { PodTokens } from './volumes/pod-tokens.ts';
import { Configuration } from './worker/configuration.ts';
import { nodeFacts, type NodeFacts } from './worker/node-facts.ts';
import type { NodePaths } from './worker/pod-paths.ts';
import { Slots } from './worker/slots.ts';

export interface KubeletConfig {
  readonly dataDir: string;
  /** Where drivers find this kubelet. */
  readonly rootDir: string;
  /** Where CDI tells of devices. */
  readonly cdiFolders: readonly string[];
  readonly podLogsDir: string;
  readonly nodeName: string;
  readonly marks: NodeMarks;
  readonly clusterDns: string;
  readonly clusterDomain: string;
  readonly maxPods: number;
  readonly reserve: NodeReserve;
  /** What the kernel keeps from pods of that. */
  readonly enforced: ReturnType<typeof enforcedReserve>;
  readonly podPidsLimit: number | null;
  readonly logLimits: LogLimits;
  readonly sysctls: AllowedSysctls;
  /** How long the machine waits for pods when it goes down, and whom it asks to. */
  readonly shutdown: { readonly periods: readonly ShutdownPeriod[]; readonly bus: string; readonly settings: string };
  /** What a pod with users of its own has of the host's ids. */
  readonly idsPerPod: number;
  readonly eviction: Pick<EvictorDeps, 'thresholds' | 'transitionMs' | 'maxGraceMs'>;
  readonly imageLimits: ImageLimits;
  readonly resolvConfPath: string;
  readonly port: number;
  readonly version: string;
}

export interface KubeletDeps {
  readonly world: World;
  readonly log: Logger;
  readonly bus: Bus;
  readonly native: KubeletNative & FilesNative & BusNative;
  readonly runtime: Runtime;
  readonly network: PodNetwork;
  readonly policies: Pick<TrafficPolicies, 'enforce'>;
  readonly images: Images;
  readonly caches: Caches;
  readonly client: Client;
  readonly recorder: EventRecorder;
}

/** The node's agent: runs the pods that are bound to this node, and reports them and the node. */
export class Kubelet {
  readonly #deps: KubeletDeps;
  readonly #config: KubeletConfig;
  readonly #stop = new AbortController();
  readonly #claimed: ClaimedVolumes;
  readonly #tokens: PodTokens;
  readonly #drivers: NodeDrivers;
  readonly #evictor: Evictor;
  readonly #imageCollector: ImageCollector;
  readonly #podsLimit: PodsLimit;
  readonly #shutdown: NodeShutdown;
  readonly #subscriptions: Disposable[] = [];
  readonly probeCounts = new ProbeCounts();
  readonly counts: OperationCounts;
  readonly paths: NodePaths;
  #workers: PodWorkers | undefined;
  #registration: NodeRegistration | undefined;

  constructor(given: KubeletDeps, config: KubeletConfig) {
    this.counts = new OperationCounts(given.world.clock);
    const deps = { ...given, runtime: countedRuntime(given.runtime, this.counts) };
    this.#deps = deps;
    this.#config = config;
    this.#claimed = new ClaimedVolumes(deps.client);
    this.#tokens = new PodTokens(deps.client, deps.world.clock);
    const agent = join(config.dataDir, 'agent');
    this.paths = { pods: join(agent, 'pods'), logs: config.podLogsDir, seccomp: join(agent, 'seccomp') };
    this.#imageCollector = this.#makeImageCollector();
    this.#podsLimit = new PodsLimit({ ...deps, tell: this.#tell, signal: this.#stop.signal });
    this.#evictor = this.#makeEvictor();
    this.#shutdown = this.#makeShutdown();
    this.#drivers = this.#makeDrivers();
  }

  get volumeMeter(): Pick<VolumeMeter, 'of' | 'all'> {
    return this.#drivers.csi.volumes.meter;
  }

  get workers(): PodWorkers | undefined {
    return this.#workers;
  }

  /** Resolves once pods of an earlier daemon are taken up and the node is registered. */
  async start(): Promise<void> {
    const { world, runtime, network, caches, bus, client } = this.#deps;
    const machine = await readMachine(world);
    requireRoom(await this.#size(machine), this.#config.reserve);
    const pods = caches.of(PodKind);
    const configMaps = caches.of(ConfigMap);
    const secrets = caches.of(Secret);
    const services = caches.of(Service);
    await this.#drivers.recover();
    const registration = this.#makeRegistration(machine);
    this.#registration = registration;
    const registered = registration.start();
    const synced = [pods, configMaps, secrets, services].map(cache => cache.synced);
    await Promise.all([runtime.recovered, ...synced, this.#makeFolders()]);
    if (this.#stop.signal.aborted) return;
    void this.#podsLimit.enforce(podsResources(machine, this.#config.enforced));
    const configuration = new Configuration({ configMaps, secrets, services });
    const node = await this.#facts(machine);
    const volumes = this.#volumeDeps(node, configuration);
    await mountSecretsDirectory(volumes);
    const mine = pods.list().filter(({ spec }) => spec.nodeName === this.#config.nodeName);
    const wanted = new Set(mine.map(({ metadata }) => metadata.uid));
    // Until an orphan is gone its address is taken.
    const orphans = new OrphanedPods({ ...this.#deps, volumes, signal: this.#stop.signal });
    await network.reconcile(new Set([...wanted, ...(await orphans.remove(wanted))]));
    const workers = this.#makeWorkers(node, volumes, configuration, registeredNode(registration, client, node));
    this.#workers = workers;
    this.#subscriptions.push(
      bus.on(containerExited, container => workers.containerExited(container)),
      bus.on(sandboxGone, sandbox => workers.sandboxGone(sandbox)),
      pods.subscribe({ changed: pod => workers.changed(pod), removed: pod => workers.removed(pod) }),
      this.#toldOf('configMaps', configMaps, workers),
      this.#toldOf('secrets', secrets, workers),
    );
    await registered;
    if (this.#stop.signal.aborted) return;
    this.#drivers.start(podUid => workers.has(podUid));
    this.#imageCollector.start();
    void this.#shutdown.run();
    // The first report came before the pods were known.
    await this.#evictor.look();
  }

  #toldOf(kind: 'configMaps' | 'secrets', objects: Cache<ConfigMap | Secret>, workers: PodWorkers): Disposable {
    const told = ({ metadata }: ConfigMap | Secret): void =>
      workers.configurationChanged(kind, metadata.namespace ?? '', metadata.name);
    return objects.subscribe({ changed: told, removed: told });
  }

  #makeFolders(): Promise<void> {
    const { pods, logs } = this.paths;
    return this.#deps.native.makeFiles([
      directoryStep(pods, 0o711),
      spreadStep(pods),
      directoryStep(logs, 0o755),
      spreadStep(logs),
    ]);
  }

  /** Lets go of everything; containers run on. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    this.#imageCollector.stop();
    await this.#workers?.stop();
    this.#drivers[Symbol.dispose]();
  }

  async #facts(machine: Machine): Promise<NodeFacts> {
    const allocatable = nodeAllocatable(await this.#size(machine), this.#config.reserve);
    return nodeFacts(machine, allocatable, this.#config, this.#deps);
  }

  async #size(machine: Machine): Promise<NodeSize> {
    const { dataDir, maxPods } = this.#config;
    return { ...machine, diskBytes: await diskBytes(this.#deps.world.files, dataDir), maxPods };
  }

  #volumeDeps(node: NodeFacts, configuration: Configuration): VolumeDeps {
    return {
      ...this.#deps,
      podsDirectory: this.paths.pods,
      secretsDirectory: join(this.#config.dataDir, 'agent', 'secrets'),
      csi: this.#drivers.csi.volumes,
      sources: {
        configMap: (namespace, name) => configuration.configMap(namespace, name),
        secret: (namespace, name) => configuration.secret(namespace, name),
        token: (pod, request) => this.#tokens.token(pod, request),
        claimed: (pod, claimName) => this.#claimed.find(pod, claimName),
        allocatable: node.allocatable,
        addresses: () => ({ podIps: [], hostIps: node.hostIps }),
      },
    };
  }

  #makeWorkers(node: NodeFacts, volumes: VolumeDeps, configuration: Configuration, source: NodeSource): PodWorkers {
    const waiting = new WaitingResizes();
    const account = new NodeAccount(
      () => waiting.retry(),
      millis => this.#podsLimit.weigh(millis),
    );
    const deps = {
      ...this.#deps,
      pods: this.#deps.caches.of(PodKind),
      volumes,
      sharedRoot: this.#drivers.csi.sharedRoot,
      devices: this.#drivers.devices,
      users: new UserRanges(this.#deps, this.paths, this.#config),
      paths: this.paths,
      node,
      admission: new NodeAdmission({
        source,
        account,
        log: this.#deps.log,
        closed: () => this.#shutdown.refusal,
        pressed: pod => this.#evictor.refusal(pod),
        sysctls: this.#config.sysctls,
        pods: () => this.#workers?.expellable() ?? [],
      }),
      account,
      capacity: amountsOf(node.allocatable),
      waiting,
      slots: {
        starts: new Slots(parallelStarts(node.cpus)),
        writes: new Slots(MAX_PARALLEL_STATUS_WRITES),
      },
      environment: (pod: Parameters<Configuration['servicesFor']>[0], podIps: readonly string[]) => ({
        configMap: (namespace: string, name: string) => configuration.configMapTexts(namespace, name),
        secret: (namespace: string, name: string) => configuration.secretTexts(namespace, name),
        services: configuration.servicesFor(pod),
        addresses: { podIps, hostIps: node.hostIps },
        allocatable: node.allocatable,
      }),
      credentials: (pod: Parameters<Configuration['credentials']>[0]) => configuration.credentials(pod),
      probeCounts: this.probeCounts,
      counts: this.counts,
      signal: this.#stop.signal,
    };
    return new PodWorkers(deps, podUid => {
      for (const each of [this.#tokens, this.#claimed, this.probeCounts]) each.forget(podUid);
      this.#imageCollector.podWent();
    });
  }

  #makeDrivers(): NodeDrivers {
    const { nodeName, rootDir: root, cdiFolders } = this.#config;
    return new NodeDrivers({
      ...this.#deps,
      nodeName,
      root,
      cdiFolders,
      sources: { token: (pod, request) => this.#tokens.token(pod, request) },
      registration: () => must(this.#registration, 'pods are taken up after the node'),
      changed: podUid => this.#workers?.volumeChanged(podUid),
      signal: this.#stop.signal,
    });
  }

  #makeRegistration(machine: Machine): NodeRegistration {
    const { world, network, images, client, log, runtime } = this.#deps;
    const { nodeName, marks, reserve, port, version } = this.#config;
    const hostname = world.network.hostname();
    return new NodeRegistration({
      client,
      world,
      log,
      name: nodeName,
      labels: { ...standardLabels(nodeName, machine.architecture), ...marks.labels },
      taints: marks.taints,
      podCidrs: network.podCidrs,
      status: async before =>
        nodeStatus({
          machine,
          size: await this.#size(machine),
          reserve,
          kubeletPort: port,
          hostname,
          addresses: network.nodeAddresses,
          images: images.list(),
          pressure: await this.#evictor.look(),
          abilities: [...runtime.abilities, ...network.abilities],
          notReady: this.#shutdown.problem,
          before,
          version,
          volumesInUse: this.#drivers.csi.volumes.inUse(),
          nowMs: world.clock.now(),
        }),
      signal: this.#stop.signal,
    });
  }

  #imagesInUse(): ReadonlySet<string> {
    const containers = this.#deps.runtime.list().flatMap(sandbox => sandbox.containers);
    return new Set(containers.flatMap(({ labels }) => labels[IMAGE_CONFIG_LABEL]?.split(',') ?? []));
  }

  #makeEvictor(): Evictor {
    const { world, log, images, runtime } = this.#deps;
    const { files } = world;
    const { eviction, dataDir } = this.#config;
    const storage = { files, runtime, paths: this.paths };
    const pods = () => this.#workers?.expellable() ?? [];
    return new Evictor({
      ...eviction,
      world,
      log,
      limits: new StorageLimits({ clock: world.clock, log, pods, storage: pod => podStorage(storage, pod) }),
      observe: async () => [
        ...(await observeNode(files, dataDir, () => images.disk())),
        ...(await this.#podsLimit.observe()),
      ],
      pods,
      usage: (pod, signal) => podUsage(storage, pod, RESOURCE_OF[signal] !== 'memory' && signal !== 'pid.available'),
      reclaim: async signal => {
        if (signal.startsWith('nodefs') || signal.startsWith('imagefs')) await this.#imageCollector.removeUnused();
      },
      warn: this.#warn,
      evicted: signal => this.counts.evicted(signal),
    });
  }

  #makeShutdown(): NodeShutdown {
    const { shutdown } = this.#config;
    return new NodeShutdown({
      ...this.#deps,
      periods: shutdown.periods,
      open: async handlers => {
        const { Logind } = await import('./logind/logind.ts');
        return Logind.open({ ...this.#deps, ...this.#deps.world, ...shutdown }, handlers);
      },
      pods: () => this.#workers?.expellable() ?? [],
      report: () => this.#registration?.reportSoon(),
      tell: this.#tell,
      signal: this.#stop.signal,
    });
  }

  #makeImageCollector(): ImageCollector {
    const { world, log, images } = this.#deps;
    const limits = this.#config.imageLimits;
    return new ImageCollector({ world, log, images, limits, inUse: () => this.#imagesInUse(), warn: this.#warn });
  }

  /** Tells of the node itself. */
  readonly #tell = (type: 'Normal' | 'Warning', reason: string, message: string): void => {
    const name = this.#config.nodeName;
    // Upstream's kubelet has no other uid of its node either.
    this.#deps.recorder.event({ apiVersion: 'v1', kind: 'Node', name, uid: name }, type, reason, message);
  };
  readonly #warn = (reason: string, message: string): void => this.#tell('Warning', reason, message);
}
