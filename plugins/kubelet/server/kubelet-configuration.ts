import type { ImageLimitSettings } from '../images/image-limits.ts';
import type { ShutdownSettings } from '../shutdown/shutdown-periods.ts';
import type { LogSettings } from '../logs/log-limits.ts';
import { formatGoDuration, goDurationMs } from '../../../src/base/go-duration.ts';
import {
  ALLOWED_REVIEW_MS,
  BACK_OFF_MAX_MS,
  DENIED_REVIEW_MS,
  LEASE_RENEW_MS,
  LEASE_SECONDS,
  NODE_STATUS_REPORT_MS,
  STREAM_IDLE_MS,
  TOKEN_REVIEW_MS,
} from '../limits.ts';

/** Of the kubelet's settings what its KubeletConfiguration tells. */
export interface ConfiguredKubelet extends ImageLimitSettings, LogSettings, ShutdownSettings {
  readonly bindAddress: string;
  readonly kubeletPort: number;
  readonly clusterDns: string;
  readonly clusterDomain: string;
  readonly maxPods: number;
  /** 0 for no limit. */
  readonly podPidsLimit: number;
  readonly idsPerPod: number;
  readonly systemReserved: Readonly<Record<string, string>>;
  readonly kubeReserved: Readonly<Record<string, string>>;
  readonly enforceNodeAllocatable: readonly string[];
  readonly evictionHard: Readonly<Record<string, string>>;
  readonly evictionSoft: Readonly<Record<string, string>>;
  readonly evictionSoftGracePeriod: Readonly<Record<string, string>>;
  readonly evictionMinimumReclaim: Readonly<Record<string, string>>;
  readonly evictionMaxPodGracePeriod: number;
  readonly transitionMs: number;
  readonly podLogsDir: string;
  readonly allowedUnsafeSysctls: readonly string[];
  readonly resolvConf: string;
}

/**
 * What `/configz` answers: a KubeletConfiguration of `kubelet.config.k8s.io/v1beta1` without its kind, by which those
 * who audit nodes judge them. It has the fields alone that mean something to this kubelet, with what holds for it.
 */
export const kubeletConfiguration = (kubelet: ConfiguredKubelet): object => ({
  kubeletconfig: {
    ...ENTRY,
    address: kubelet.bindAddress,
    port: kubelet.kubeletPort,
    clusterDomain: kubelet.clusterDomain,
    clusterDNS: [kubelet.clusterDns],
    nodeStatusUpdateFrequency: duration(LEASE_RENEW_MS),
    nodeStatusReportFrequency: duration(NODE_STATUS_REPORT_MS),
    nodeLeaseDurationSeconds: LEASE_SECONDS,
    imageMinimumGCAge: duration(kubelet.imageMinimumGcAgeSeconds * 1000),
    imageMaximumGCAge: duration(kubelet.imageMaximumGcAgeSeconds * 1000),
    imageGCHighThresholdPercent: kubelet.imageGcHighThresholdPercent,
    imageGCLowThresholdPercent: kubelet.imageGcLowThresholdPercent,
    streamingConnectionIdleTimeout: duration(STREAM_IDLE_MS),
    maxPods: kubelet.maxPods,
    podPidsLimit: kubelet.podPidsLimit === 0 ? -1 : kubelet.podPidsLimit,
    userNamespaces: { idsPerPod: kubelet.idsPerPod },
    resolvConf: kubelet.resolvConf,
    serializeImagePulls: false,
    ...whereAny('systemReserved', kubelet.systemReserved),
    ...whereAny('kubeReserved', kubelet.kubeReserved),
    enforceNodeAllocatable: kubelet.enforceNodeAllocatable,
    evictionHard: kubelet.evictionHard,
    ...whereAny('evictionSoft', kubelet.evictionSoft),
    ...whereAny('evictionSoftGracePeriod', kubelet.evictionSoftGracePeriod),
    ...whereAny('evictionMinimumReclaim', kubelet.evictionMinimumReclaim),
    evictionPressureTransitionPeriod: duration(kubelet.transitionMs),
    evictionMaxPodGracePeriod: kubelet.evictionMaxPodGracePeriod,
    containerLogMaxSize: kubelet.containerLogMaxSize,
    containerLogMaxFiles: kubelet.containerLogMaxFiles,
    ...(kubelet.allowedUnsafeSysctls.length === 0 ? {} : { allowedUnsafeSysctls: kubelet.allowedUnsafeSysctls }),
    podLogsDir: kubelet.podLogsDir,
    shutdownGracePeriod: shown(kubelet.shutdownGracePeriod),
    shutdownGracePeriodCriticalPods: shown(kubelet.shutdownGracePeriodCriticalPods),
    ...(kubelet.shutdownGracePeriodByPodPriority.length === 0
      ? {}
      : { shutdownGracePeriodByPodPriority: kubelet.shutdownGracePeriodByPodPriority }),
    crashLoopBackOff: { maxContainerRestartPeriod: duration(BACK_OFF_MAX_MS) },
    ...ALWAYS,
  },
});

const duration = (ms: number): string => formatGoDuration(ms * 1e6);

/** As Go writes what was read: `1m30s` for `90s`. */
const shown = (text: string): string => duration(goDurationMs(text) ?? 0);

const whereAny = (name: string, given: Readonly<Record<string, string>>): object =>
  Object.keys(given).length === 0 ? {} : { [name]: given };

/** Who is let in, and by what. */
const ENTRY = {
  authentication: {
    x509: {},
    webhook: { enabled: true, cacheTTL: duration(TOKEN_REVIEW_MS) },
    anonymous: { enabled: false },
  },
  authorization: {
    mode: 'Webhook',
    webhook: {
      cacheAuthorizedTTL: duration(ALLOWED_REVIEW_MS),
      cacheUnauthorizedTTL: duration(DENIED_REVIEW_MS),
    },
  },
  tlsMinVersion: 'VersionTLS12',
  rotateCertificates: true,
  serverTLSBootstrap: true,
};

/** What nobody can set here otherwise. */
const ALWAYS = {
  cgroupDriver: 'cgroupfs',
  cpuManagerPolicy: 'none',
  memoryManagerPolicy: 'None',
  topologyManagerPolicy: 'none',
  cpuCFSQuota: true,
  enableDebuggingHandlers: true,
  enableServer: true,
  failSwapOn: false,
  makeIPTablesUtilChains: false,
  registerNode: true,
  seccompDefault: false,
};
