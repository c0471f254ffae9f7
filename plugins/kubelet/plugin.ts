import { native } from '../../native/index.ts';
import { clients } from '../../src/api/client.ts';
import { goDurationMs } from '../../src/base/go-duration.ts';
import { ownNodeName } from '../../src/base/own-node-name.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { int32, list, map, object, string } from '../../src/schema/schema.ts';
import { caches } from '../../src/sdk/caches.ts';
import { eventRecorders } from '../../src/sdk/events.ts';
import { servingCertificates } from '../auth/contract.ts';
import { images } from '../images/contract.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { podNetwork, trafficPolicies } from '../network/contract.ts';
import { runtime } from '../runtime/contract.ts';
import { nodeAgent, nodeAgents, nodeMetrics } from './contract.ts';
import { kubeletRoot } from './drivers/kubelet-root.ts';
import { Kubelet, type KubeletConfig } from './kubelet.ts';
import {
  IMAGE_GC_HIGH_PERCENT,
  IMAGE_GC_LOW_PERCENT,
  IMAGE_GC_MIN_AGE_SECONDS,
  MAX_PODS,
  POD_PIDS_LIMIT,
  PRESSURE_TRANSITION_MS,
} from './limits.ts';
import { type ImageLimitSettings, readImageLimits } from './images/image-limits.ts';
import { EntryReviews } from './server/entry-reviews.ts';
import { DEFAULT_EVICTION_HARD, readThresholds, withPodsMemory } from './eviction/thresholds.ts';
import { readReserve, type ReserveSettings } from './node/node-allocatable.ts';
import { enforcedReserve } from './node/pods-limit.ts';
import { readNodeMarks } from './node/node-marks.ts';
import { claimVolumes } from './metrics/claim-fill.ts';
import { podStorage } from './eviction/pod-storage.ts';
import { NodeReports, type ReportDeps } from './metrics/node-reports.ts';
import { type LogSettings, readLogLimits } from './logs/log-limits.ts';
import { AllowedSysctls } from './sandbox/sysctls.ts';
import { readShutdownPeriods, type ShutdownSettings } from './shutdown/shutdown-periods.ts';
import { RANGE_UNIT } from './sandbox/free-range.ts';
import { type ConfiguredKubelet, kubeletConfiguration } from './server/kubelet-configuration.ts';
import { serveKubeletApi } from './server/serve-kubelet-api.ts';
import { LocalAgent } from './server/local-agent.ts';
import { VERSION } from './version.ts';

export default definePlugin({
  name: 'kubelet',
  description: 'runs the pods that are bound to this node and reports them and the node',
  config: object({
    dataDir: string(),
    nodeName: string().default('').doc('name of this node; the host’s name when empty'),
    nodeLabel: list(string()).default([]).doc('labels that this node is registered with: key=value'),
    nodeTaint: list(string()).default([]).doc('taints that it is registered with: key=value:NoSchedule'),
    clusterDns: string().default('10.43.0.10'),
    clusterDomain: string().default('cluster.local'),
    bindAddress: string().default('0.0.0.0'),
    kubeletPort: int32().default(10_250),
    maxPods: int32().default(MAX_PODS),
    podPidsLimit: int32().default(POD_PIDS_LIMIT).doc('processes of one pod at most; 0 for no limit'),
    idsPerPod: int32()
      .default(RANGE_UNIT)
      .doc('users and groups of a pod with hostUsers: false, as of kubelet’s userNamespaces: a multiple of 65536'),
    systemReserved: map(string())
      .default({})
      .doc('what pods may not have, as of kubelet’s systemReserved: cpu: 500m, memory: 1Gi'),
    kubeReserved: map(string()).default({}).doc('the same, as of kubelet’s kubeReserved'),
    enforceNodeAllocatable: list(string())
      .default(['pods'])
      .doc('pods: together they are held to what is left of the node; none: to what it has'),
    evictionHard: map(string())
      .default(DEFAULT_EVICTION_HARD)
      .doc('what is kept free, as of kubelet’s evictionHard: pods are evicted below'),
    evictionSoft: map(string()).default({}).doc('the same for a while below, as of kubelet’s evictionSoft'),
    evictionSoftGracePeriod: map(string()).default({}).doc('how long that is, by signal: 1m30s'),
    evictionMinimumReclaim: map(string()).default({}).doc('how much more has to be free again, by signal'),
    evictionMaxPodGracePeriod: int32()
      .default(0)
      .doc('seconds that a pod gets for its end at most when it is evicted for a soft threshold'),
    evictionPressureTransitionPeriod: string()
      .default('5m')
      .doc('how long the node says that it is under pressure after it was'),
    imageGcHighThresholdPercent: int32()
      .default(IMAGE_GC_HIGH_PERCENT)
      .doc('from this share of their disk in use on images that no container has go'),
    imageGcLowThresholdPercent: int32().default(IMAGE_GC_LOW_PERCENT).doc('down to this one'),
    imageMinimumGcAgeSeconds: int32().default(IMAGE_GC_MIN_AGE_SECONDS).doc('none that is younger goes'),
    imageMaximumGcAgeSeconds: int32().default(0).doc('images that were not used for so long are removed; 0 for never'),
    shutdownGracePeriod: string()
      .default('0s')
      .doc('how long this machine waits for its pods when it goes down, as of kubelet’s shutdownGracePeriod'),
    shutdownGracePeriodCriticalPods: string().default('0s').doc('what of that is for critical pods alone'),
    shutdownGracePeriodByPodPriority: list(
      object({ priority: int32().default(0), shutdownGracePeriodSeconds: int32().default(0) }),
    )
      .default([])
      .doc('in place of both: periods by the priority of pods'),
    systemBus: string().default('/run/dbus/system_bus_socket').doc('where logind is asked to wait'),
    logindSettingsDir: string().default('/etc/systemd/logind.conf.d').doc('where logind is told to wait for so long'),
    kubeletRootDir: string()
      .default('')
      .doc('where drivers find this kubelet; /var/lib/kubelet beside the default data directory, else in it'),
    cdiSpecDirs: string()
      .default('/etc/cdi,/var/run/cdi')
      .doc('where CDI tells of devices, parted by commas; what stands in a later folder goes before'),
    podLogsDir: string().default('/var/log/pods'),
    containerLogMaxSize: string().default('10Mi').doc('of one file of a container’s log'),
    containerLogMaxFiles: int32().default(5).doc('files of one container’s log, with the one that is written'),
    allowedUnsafeSysctls: list(string())
      .default([])
      .doc('sysctls that pods may set besides the safe ones, or the start of some with *: kernel.msg*'),
    resolvConf: string().default('/etc/resolv.conf').doc('what pods with dnsPolicy Default are given'),
  }),
  needs: {
    clients,
    caches,
    eventRecorders,
    runtime,
    podNetwork,
    trafficPolicies,
    images,
    servingCertificates,
  },
  provides: [nodeAgent],
  start(context) {
    const { config, needs, world, bus, log, signal } = context;
    const nodeName = ownNodeName(config.nodeName, world.network);
    const user = { name: `system:node:${nodeName}`, groups: ['system:nodes', 'system:authenticated'] };
    const client = needs.clients.as(user, { fieldManager: 'kubelet' });
    const shared = { world, bus, log, runtime: needs.runtime, network: needs.podNetwork };
    const kubelet = new Kubelet(
      {
        ...shared,
        native: native(),
        policies: needs.trafficPolicies,
        images: needs.images,
        caches: needs.caches,
        client,
        recorder: needs.eventRecorders.recorder(client, { component: 'kubelet', host: nodeName }),
      },
      {
        ...config,
        nodeName,
        ...settingsOf(config),
        resolvConfPath: config.resolvConf,
        port: config.kubeletPort,
        version: VERSION,
      },
    );
    const further = context.collect(nodeMetrics);
    const reports = reportsOf(kubelet, { ...shared, nodeName, dataDir: config.dataDir, further });
    const started = Promise.withResolvers<void>();
    const agent = new LocalAgent({
      ...shared,
      pods: needs.caches.of(Pod),
      paths: kubelet.paths,
      nodeName,
      ready: started.promise,
      resourceMetrics: () => reports.resource(),
    });
    context.provide(nodeAgent, agent);
    context.contribute(nodeAgents, agent);
    context.defer(() => kubelet.stop());
    context.ready(async () => {
      kubelet.start().then(
        () => started.resolve(),
        (error: unknown) => {
          started.reject(error);
          if (!signal.aborted) context.fail(error);
        },
      );
      // Whoever waits for it hears of a failure; nobody has to wait.
      started.promise.catch(() => undefined);
      const server = await serveKubeletApi({
        servingCertificates: needs.servingCertificates,
        reviews: new EntryReviews(client, world.clock),
        clock: world.clock,
        nodeName,
        agent,
        log,
        signal,
        files: world.files,
        ...servedAs(config),
        nodeAddresses: needs.podNetwork.nodeAddresses,
        pods: () => ({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: kubelet.workers?.pods() ?? [] }),
        reports,
        run: (...command) => agent.run(...command),
      });
      context.defer(async () => await server[Symbol.asyncDispose]());
    });
  },
});

function reportsOf(
  kubelet: Kubelet,
  deps: Omit<ReportDeps, 'storage' | 'claimed' | 'claims' | 'probeCounts' | 'counts'>,
): NodeReports {
  const { world, runtime } = deps;
  const find = (podUid: string) => kubelet.workers?.pods().find(({ metadata }) => metadata.uid === podUid);
  const claimed: ReportDeps['claimed'] = podUid => {
    const pod = find(podUid);
    return pod === undefined ? [] : claimVolumes(pod, kubelet.volumeMeter.of(podUid));
  };
  const storage: ReportDeps['storage'] = async podUid => {
    const pod = find(podUid);
    return pod === undefined ? undefined : podStorage({ files: world.files, runtime, paths: kubelet.paths }, pod);
  };
  const claims = () => kubelet.volumeMeter.all();
  return new NodeReports({
    ...deps,
    storage,
    claimed,
    claims,
    probeCounts: kubelet.probeCounts,
    counts: kubelet.counts,
  });
}

/** What is read of them; throws for what makes no sense. */
const settingsOf = (
  config: Parameters<typeof readNodeMarks>[0] &
    Parameters<typeof boundsOf>[0] &
    Parameters<typeof keptFree>[0] &
    Parameters<typeof driverFolders>[0] &
    ShutdownSettings & { readonly systemBus: string; readonly logindSettingsDir: string },
) => ({
  marks: readNodeMarks(config),
  ...boundsOf(config),
  ...keptFree(config),
  ...driverFolders(config),
  shutdown: { periods: readShutdownPeriods(config), bus: config.systemBus, settings: config.logindSettingsDir },
});

/** What each pod may have and set. */
const boundsOf = (
  config: LogSettings & {
    readonly podPidsLimit: number;
    readonly idsPerPod: number;
    readonly allowedUnsafeSysctls: readonly string[];
  },
): Pick<KubeletConfig, 'podPidsLimit' | 'idsPerPod' | 'logLimits' | 'sysctls'> => ({
  podPidsLimit: config.podPidsLimit === 0 ? null : config.podPidsLimit,
  idsPerPod: readIdsPerPod(config.idsPerPod),
  logLimits: readLogLimits(config),
  sysctls: new AllowedSysctls(config.allowedUnsafeSysctls),
});

function readIdsPerPod(count: number): number {
  if (count > 0 && count % RANGE_UNIT === 0) return count;
  throw new Error(`invalid idsPerPod ${count}: it has to be a multiple of ${RANGE_UNIT}`);
}

/** None at all would hide all pressure: upstream's default stands for it, as there. */
function readPeriod(text: string): number {
  const periodMs = goDurationMs(text);
  if (periodMs === undefined || periodMs < 0) throw new Error(`invalid period ${JSON.stringify(text)}`);
  return periodMs === 0 ? PRESSURE_TRANSITION_MS : periodMs;
}

/** Where the kubelet's API listens, and what it tells of itself. */
const servedAs = (
  config: Omit<ConfiguredKubelet, 'transitionMs'> & { readonly evictionPressureTransitionPeriod: string },
) => ({
  bindAddress: config.bindAddress,
  port: config.kubeletPort,
  configuration: kubeletConfiguration({ ...config, transitionMs: readPeriod(config.evictionPressureTransitionPeriod) }),
});

/** What pods may not have, and when some of them, or images, have to go so that it stays so. */
function keptFree(
  config: Parameters<typeof readThresholds>[0] &
    ReserveSettings &
    ImageLimitSettings & {
      readonly evictionPressureTransitionPeriod: string;
      readonly evictionMaxPodGracePeriod: number;
      readonly enforceNodeAllocatable: readonly string[];
    },
) {
  const ways = config.enforceNodeAllocatable;
  const given = readThresholds(config);
  const thresholds = ways.includes('pods') ? withPodsMemory(given) : given;
  const reserve = readReserve(config, thresholds);
  return {
    reserve,
    enforced: enforcedReserve(ways, reserve),
    imageLimits: readImageLimits(config),
    eviction: {
      thresholds,
      transitionMs: readPeriod(config.evictionPressureTransitionPeriod),
      maxGraceMs: config.evictionMaxPodGracePeriod * 1000,
    },
  };
}

/** Where drivers find the kubelet, and where they tell of devices. */
const driverFolders = (
  config: Readonly<Record<'dataDir' | 'kubeletRootDir' | 'cdiSpecDirs', string>>,
): Pick<KubeletConfig, 'rootDir' | 'cdiFolders'> => ({
  rootDir: kubeletRoot(config.dataDir, config.kubeletRootDir),
  cdiFolders: config.cdiSpecDirs.split(',').filter(folder => folder !== ''),
});
