/** Sysctls that belong to a pod's own namespaces and harm no other pod; the kubelet's safe set. */
const SAFE = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
];

interface SysctlSpec {
  readonly hostNetwork?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: { readonly sysctls?: readonly { readonly name: string; readonly value: string }[] };
}

type SysctlNamespace = 'ipc' | 'net';

/** What pods may set: the safe ones, and those that the node's administrator lets them. */
export class AllowedSysctls {
  readonly #names = new Map<string, SysctlNamespace>();
  readonly #prefixes = new Map<string, SysctlNamespace>();

  /** Throws, in the kubelet's words, for what is no sysctl, nor the start of some with `*`, of a namespace. */
  constructor(unsafe: readonly string[] = []) {
    for (const pattern of [...SAFE, ...unsafe]) {
      requirePattern(pattern);
      const name = dotted(pattern);
      const isPrefix = name.endsWith('*');
      const known = isPrefix ? name.slice(0, -1) : name;
      const namespace = namespaceOf(known);
      if (namespace === undefined) {
        throw new Error(`the sysctl${isPrefix ? 's' : ''} ${JSON.stringify(name)} are not known to be namespaced`);
      }
      (isPrefix ? this.#prefixes : this.#names).set(known, namespace);
    }
  }

  /** Why a pod's sysctls are refused; `undefined` when they are not. */
  refusal({ securityContext, hostNetwork, hostIPC }: SysctlSpec): string | undefined {
    for (const { name } of securityContext?.sysctls ?? []) {
      const key = dotted(name);
      const said = `forbidden sysctl: ${JSON.stringify(key)} not allow`;
      const namespace = this.#names.get(key) ?? [...this.#prefixes].find(([prefix]) => key.startsWith(prefix))?.[1];
      if (namespace === undefined) return `${said}listed`;
      const isHosts = namespace === 'net' ? hostNetwork : hostIPC;
      if (isHosts === true) return `${said}ed with host ${namespace} enabled`;
    }
    return undefined;
  }
}

/** By their paths below /proc/sys. */
export const sandboxSysctls = ({ securityContext }: SysctlSpec): Readonly<Record<string, string>> =>
  Object.fromEntries((securityContext?.sysctls ?? []).map(({ name, value }) => [swapped(dotted(name)), value]));

/** Whichever of the two comes first parts a name; the other is part of it, as in that of an interface: `eth0.1`. */
const dotted = (name: string): string => (/^[^.]*\//.test(name) ? swapped(name) : name);
const swapped = (name: string): string => name.replace(/[./]/g, each => (each === '.' ? '/' : '.'));

const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const LAST_SEGMENT = '([a-z0-9][-_a-z0-9]*)?[a-z0-9*]';
const IS_SEGMENT = new RegExp(`^${SEGMENT}$`);
const IS_LAST_SEGMENT = new RegExp(`^${LAST_SEGMENT}$`);
const MAX_CHARACTERS = 253;

function requirePattern(pattern: string): void {
  const segments = pattern.split(/[./]/);
  const last = segments.pop() ?? '';
  if (
    pattern.length <= MAX_CHARACTERS &&
    segments.every(segment => IS_SEGMENT.test(segment)) &&
    IS_LAST_SEGMENT.test(last)
  )
    return;
  throw new Error(
    `sysctl ${JSON.stringify(pattern)} must have at most ${MAX_CHARACTERS} characters and match regex (${SEGMENT}[\\./])*${LAST_SEGMENT}`,
  );
}

function namespaceOf(name: string): SysctlNamespace | undefined {
  if (name.startsWith('net.')) return 'net';
  return name === 'kernel.sem' || /^(?:kernel\.shm|kernel\.msg|fs\.mqueue\.)/.test(name) ? 'ipc' : undefined;
}
