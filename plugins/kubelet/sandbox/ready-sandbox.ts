import { join } from 'node:path';
import type { FilesNative } from '../../../native/files.ts';
import { directoryStep, fileStep, unlessStep } from '../../../src/base/file-steps.ts';
import type { PodNetwork, TrafficPolicies } from '../../network/contract.ts';
import { hasUserNamespaces, type Runtime, type Sandbox, type SandboxConfig } from '../../runtime/contract.ts';
import { podCgroupPath, podResources } from '../container/cgroup-numbers.ts';
import type { PodFile } from '../container/container-mounts.ts';
import type { Pod } from '../pod.ts';
import type { NodeFacts } from '../worker/node-facts.ts';
import { nameFilesDirectory, type NodePaths } from '../worker/pod-paths.ts';
import { hostFile } from './host-file.ts';
import { podHostname, type PodHostname } from './hostname.ts';
import { hostNetworkHostsFile, podHostsFile } from './hosts-file.ts';
import { formatResolvConf, podResolvConf } from './resolv-conf.ts';
import { sandboxSysctls } from './sysctls.ts';
import type { UserRanges } from './user-ranges.ts';

export interface SandboxDeps {
  readonly runtime: Runtime;
  readonly network: PodNetwork;
  readonly policies: Pick<TrafficPolicies, 'enforce'>;
  readonly users: Pick<UserRanges, 'take'>;
  readonly native: FilesNative;
  readonly paths: NodePaths;
  readonly node: NodeFacts;
}

export interface ReadySandbox {
  readonly sandbox: Sandbox;
  readonly podIps: readonly string[];
  readonly hostname: string;
  /** /etc/hosts and its like, shown in every container. */
  readonly podFiles: readonly PodFile[];
}

/** Makes a pod's namespaces and network, or takes up those it has: addresses stay the same. */
export async function readySandbox(deps: SandboxDeps, pod: Pod, existing: Sandbox | undefined): Promise<ReadySandbox> {
  const { runtime, node } = deps;
  const onHost = pod.spec.hostNetwork === true;
  const names = hostnameOf(pod, node);
  const sandbox = existing ?? (await runtime.createSandbox(await newSandbox(deps, pod, names.nodename)));
  try {
    const podIps = onHost ? node.hostIps : await connect(deps, pod, sandbox);
    const podFiles = await writeNameFiles(deps, pod, names, podIps);
    return { sandbox, podIps, hostname: names.nodename, podFiles };
  } catch (error) {
    if (existing === undefined) await runtime.removeSandbox(sandbox.id);
    throw error;
  }
}

async function newSandbox({ runtime, users, node }: SandboxDeps, pod: Pod, hostname: string): Promise<SandboxConfig> {
  const config = sandboxConfig(pod, hostname, node);
  if (pod.spec.hostUsers !== false) return config;
  // Less apart from the host than asked for is no answer.
  if (!hasUserNamespaces(runtime.abilities)) throw new Error(NO_USER_NAMESPACES);
  return { ...config, users: await users.take(pod.metadata.uid) };
}

/** Nobody speaks to it, nor it to anybody, but as policies have it. */
async function connect(
  { network, policies }: SandboxDeps,
  pod: Pod,
  { netnsPath }: Sandbox,
): Promise<readonly string[]> {
  const { podIps } = await network.attach({ podUid: pod.metadata.uid, netnsPath });
  await policies.enforce(pod, podIps);
  return podIps;
}

function hostnameOf({ metadata, spec }: Pod, node: NodeFacts): PodHostname {
  if (spec.hostNetwork === true) return { nodename: node.hostname, short: node.hostname, domain: '' };
  return podHostname({
    podName: metadata.name,
    namespace: metadata.namespace ?? '',
    ...(spec.hostname === undefined ? {} : { hostname: spec.hostname }),
    ...(spec.subdomain === undefined ? {} : { subdomain: spec.subdomain }),
    ...(spec.hostnameOverride === undefined ? {} : { hostnameOverride: spec.hostnameOverride }),
    setHostnameAsFqdn: spec.setHostnameAsFQDN === true,
    clusterDomain: node.clusterDomain,
  });
}

function sandboxConfig({ metadata, spec }: Pod, hostname: string, node: NodeFacts): SandboxConfig {
  return {
    podUid: metadata.uid,
    podName: metadata.name,
    podNamespace: metadata.namespace ?? '',
    hostname,
    hostNetwork: spec.hostNetwork === true,
    hostPid: spec.hostPID === true,
    hostIpc: spec.hostIPC === true,
    shareProcessNamespace: spec.shareProcessNamespace === true,
    cgroupPath: podCgroupPath(spec, metadata.uid),
    resources: podResources(spec, node.podPidsLimit),
    sysctls: sandboxSysctls(spec),
    labels: { 'tiphys.dev/node': node.name },
  };
}

async function writeNameFiles(
  { native, paths, node }: SandboxDeps,
  { metadata, spec }: Pod,
  names: PodHostname,
  podIps: readonly string[],
): Promise<readonly PodFile[]> {
  const directory = nameFilesDirectory(paths, metadata.uid);
  const aliases = spec.hostAliases ?? [];
  const targets = NAME_FILES.map(name => ({ source: join(directory, name), target: `/etc/${name}`, readOnly: false }));
  const host = await node.hostResolvConf.take();
  const resolv = podResolvConf({
    policy: spec.dnsPolicy ?? 'ClusterFirst',
    hostNetwork: spec.hostNetwork === true,
    namespace: metadata.namespace ?? '',
    clusterDns: node.clusterDns,
    clusterDomain: node.clusterDomain,
    host,
    custom: spec.dnsConfig ?? {},
  });
  const hosts =
    spec.hostNetwork === true
      ? hostNetworkHostsFile(await hostFile(native, '/etc/hosts'), aliases)
      : podHostsFile(podIps, names.short, names.domain, aliases);
  // Written once: containers have these very files mounted, and may have changed theirs. The last says that all are there.
  await native.makeFiles([
    directoryStep(directory, 0o755),
    unlessStep(join(directory, 'hosts')),
    fileStep(join(directory, 'resolv.conf'), formatResolvConf(resolv), 0o644),
    fileStep(join(directory, 'hostname'), `${names.nodename}\n`, 0o644),
    fileStep(join(directory, 'hosts'), hosts, 0o644),
  ]);
  return targets;
}

const NAME_FILES = ['hosts', 'resolv.conf', 'hostname'] as const;

const NO_USER_NAMESPACES = "can't set `spec.hostUsers: false`, runtime does not support user namespaces";
