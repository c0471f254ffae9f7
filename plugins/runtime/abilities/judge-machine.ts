import type { Capability } from '../../../src/base/linux-capabilities.ts';
import { USER_NAMESPACES, type Ability } from '../contract.ts';
import { type MachineFacts, WANTED_FILE_SYSTEMS } from './machine-facts.ts';

/** clone3 into cgroups, cgroup.kill, openat2, mount_setattr, close_range, pidfds. */
const OLDEST_KERNEL = [5, 15] as const;
/** tmpfs, where secrets are, can show other owners than it has. */
const OLDEST_WITH_OWN_USERS = [6, 3] as const;
const NAMESPACES = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'uts'];
/** Without one of these no container can be made; the rest of the default set can then not be given. */
const NEEDED: readonly Capability[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_KILL',
  'CAP_MKNOD',
  'CAP_NET_ADMIN',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_ADMIN',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
];
/** What the kubelet gives the processes that must survive. */
const LOWEST_OOM_SCORE = -998;
const FEW_OPEN_FILES = 65_536;

const AS_ROOT = 'run tiphys as root; inside of a container, in a privileged one';
const LAYOUTS = { v2: 'cgroup v2', hybrid: 'cgroup v1 with v2 beside it', v1: 'cgroup v1', none: 'none are mounted' };

/** Every ability with its verdict, in the order in which a reader wants them. */
export function judgeMachine(facts: MachineFacts): readonly Ability[] {
  return [
    kernel(facts),
    privileges(facts),
    namespaces(facts),
    userNamespaces(facts),
    layout(facts),
    ...controllers(facts),
  ].concat(fileSystems(facts), seccomp(facts), resources(facts), oomScore(facts), openFiles(facts));
}

const ok = (name: string, detail: string): Ability => ({ name, state: 'ok', detail, remedy: '' });
const lacks = (name: string, state: 'degraded' | 'missing', detail: string, remedy: string): Ability => ({
  name,
  state,
  detail,
  remedy,
});

function isOlder(release: string, [wantedMajor, wantedMinor]: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}

function kernel({ kernel: release }: MachineFacts): Ability {
  const wanted = `Linux ${OLDEST_KERNEL.join('.')}`;
  return !isOlder(release, OLDEST_KERNEL)
    ? ok('kernel', release)
    : lacks('kernel', 'missing', `${release} is older than ${wanted}`, `boot ${wanted} or newer`);
}

function privileges({ capabilities }: MachineFacts): Ability {
  const missing = NEEDED.filter(name => !capabilities.has(name));
  if (missing.length === 0) return ok('privileges', 'all capabilities that containers are made with');
  return lacks('privileges', 'missing', `this process has no ${missing.join(', ')}`, AS_ROOT);
}

function namespaces(facts: MachineFacts): Ability {
  const missing = NAMESPACES.filter(name => !facts.namespaces.has(name));
  if (missing.length === 0) return ok('namespaces', NAMESPACES.join(', '));
  return lacks('namespaces', 'missing', `no ${missing.join(', ')}`, 'boot a kernel built with CONFIG_NAMESPACES');
}

function userNamespaces({ kernel: release, namespaces: found, maxUserNamespaces }: MachineFacts): Ability {
  const without = 'pods with hostUsers: false do not start';
  const lacking = (remedy: string): Ability => lacks(USER_NAMESPACES, 'degraded', without, remedy);
  if (!found.has('user')) return lacking('boot a kernel built with CONFIG_USER_NS');
  if (isOlder(release, OLDEST_WITH_OWN_USERS)) return lacking(`boot Linux ${OLDEST_WITH_OWN_USERS.join('.')} or newer`);
  if (maxUserNamespaces === 0) return lacking('sysctl user.max_user_namespaces=15000');
  return ok(USER_NAMESPACES, 'pods with hostUsers: false have users of their own');
}

function layout({ cgroups }: MachineFacts): Ability {
  const remedy = 'mount -t cgroup2 cgroup2 /sys/fs/cgroup';
  return cgroups === 'none'
    ? lacks('control groups', 'missing', LAYOUTS.none, remedy)
    : ok('control groups', LAYOUTS[cgroups]);
}

/** A controller, what it is for, and what pods do without it. */
const CONTROLLERS = [
  ['cpu', 'limits of processors', 'pods run without limits of processor time'],
  ['memory', 'limits of memory', 'pods run without limits of memory and are never OOMKilled for them'],
  ['pids', 'limits of processes', 'a pod may start as many processes as the machine bears'],
  ['devices', 'devices', 'containers with CAP_MKNOD can open the devices of this machine'],
] as const;

function controllers({ cgroups, controllers: found }: MachineFacts): readonly Ability[] {
  return CONTROLLERS.map(([name, title, without]) =>
    found.has(name) ? ok(title, how(name, cgroups)) : lacks(title, 'degraded', without, remedyFor(name, cgroups)),
  );
}

const how = (controller: string, cgroups: MachineFacts['cgroups']): string =>
  controller === 'devices' && cgroups === 'v2' ? 'restricted by a BPF program' : `by the controller ${controller}`;

function remedyFor(controller: string, cgroups: MachineFacts['cgroups']): string {
  if (controller === 'devices' && cgroups === 'v2')
    return 'boot a kernel built with CONFIG_CGROUP_BPF, and let this process have CAP_BPF';
  if (cgroups === 'v2')
    return `let the cgroup above have the controller ${controller} (systemd: Delegate=yes; boot: cgroup_enable=${controller})`;
  return `mount -t cgroup -o ${controller} cgroup /sys/fs/cgroup/${controller}`;
}

function fileSystems({ fileSystems: found }: MachineFacts): Ability {
  const missing = WANTED_FILE_SYSTEMS.filter(type => !found.has(type));
  if (missing.length === 0) return ok('file systems', WANTED_FILE_SYSTEMS.join(', '));
  return lacks('file systems', 'missing', `no ${missing.join(', ')}`, `modprobe ${missing.join(' ')}`);
}

function seccomp({ seccompActions }: MachineFacts): Ability {
  if (seccompActions.has('errno')) return ok('seccomp', 'system calls can be filtered');
  const without = 'containers that ask for RuntimeDefault do not start';
  return lacks('seccomp', 'degraded', without, 'boot a kernel built with CONFIG_SECCOMP_FILTER');
}

function resources({ capabilities }: MachineFacts): Ability {
  if (capabilities.has('CAP_SYS_RESOURCE')) return ok('CAP_SYS_RESOURCE', 'limits of processes can be raised');
  const without = 'no limit of a process can be raised above what this one has';
  return lacks('CAP_SYS_RESOURCE', 'degraded', without, `${AS_ROOT} or one with CAP_SYS_RESOURCE`);
}

function oomScore({ capabilities, oomScoreAdj }: MachineFacts): Ability {
  if (capabilities.has('CAP_SYS_RESOURCE') || oomScoreAdj <= LOWEST_OOM_SCORE)
    return ok('oom_score_adj', 'the kernel kills best-effort pods first');
  const without = `Guaranteed pods and the pods’ shims are not spared below ${oomScoreAdj} when memory runs out`;
  return lacks('oom_score_adj', 'degraded', without, `give CAP_SYS_RESOURCE, or start with OOMScoreAdjust=-999`);
}

function openFiles({ openFilesLimit }: MachineFacts): Ability {
  if (openFilesLimit >= FEW_OPEN_FILES) return ok('open files', `up to ${openFilesLimit}`);
  const without = `${openFilesLimit} at most, for this process and each of a container`;
  return lacks('open files', 'degraded', without, 'ulimit -Hn 1048576 (systemd: LimitNOFILE=1048576)');
}
