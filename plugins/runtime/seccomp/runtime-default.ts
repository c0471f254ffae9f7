import type { Capability } from '../../../src/base/linux-capabilities.ts';
import { I386_SYSCALLS } from './syscalls-i386.ts';
import { X86_64_SYSCALLS } from './syscalls-x86-64.ts';
import type { ArgumentRule } from './argument-rules.ts';
import type { SyscallTable } from './syscall-table.ts';

/**
 * The RuntimeDefault profile with the outcome of Docker's and containerd's: every system call that a
 * kernel of 2026 knows is allowed, but those listed here. What a later kernel adds is refused.
 */
export interface Profile {
  readonly architectures: readonly ArchitectureRules[];
}

export interface ArchitectureRules {
  /** AUDIT_ARCH_* of linux/audit.h. */
  readonly auditArch: number;
  readonly verdicts: ReadonlyMap<number, Verdict>;
  /** For numbers that are missing there; EPERM where nothing is said. */
  readonly unknown?: Verdict;
}

export type Verdict =
  | { readonly kind: 'allow' }
  | { readonly kind: 'errno'; readonly errno: number }
  /** What the filter returns, as seccomp(2) has it. */
  | { readonly kind: 'answer'; readonly answer: number }
  | {
      readonly kind: 'byArguments';
      readonly rules: readonly ArgumentRule[];
      readonly otherwise: number;
      /** Arguments have 64 bits. */
      readonly wide: boolean;
    }
  /** Allowed unless the first argument is, or is not, one of these; then EPERM. */
  | { readonly kind: 'unlessFirstArgument' | 'onlyFirstArgument'; readonly values: readonly number[] }
  /** Allowed unless the first argument has one of these bits; then EPERM. */
  | { readonly kind: 'unlessFirstArgumentHas'; readonly mask: number };

const EPERM = 1;
const ENOSYS = 38;
const AF_ALG = 38;
const AF_VSOCK = 40;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of clone(2). */
const CLONE_NAMESPACES = 0x7e02_0000;
/** PER_LINUX, PER_LINUX32, UNAME26, both, and "only ask" of personality(2). */
const PERSONALITIES = [0, 8, 0x2_0000, 0x2_0008, 0xffff_ffff];

/** Refused whatever capabilities there are: they reach past namespaces, or nothing uses them any more. */
const NEVER = words(`
  _sysctl add_key afs_syscall bdflush break create_module file_getattr file_setattr ftime get_kernel_syms
  getpmsg gtty idle io_uring_enter io_uring_register io_uring_setup kexec_file_load kexec_load keyctl lock
  migrate_pages move_pages mpx nfsservctl nice oldfstat oldlstat oldolduname oldstat olduname open_tree_attr
  pivot_root prof profil putpmsg query_module readdir request_key security sgetmask sigaction signal
  sigpending sigsuspend ssetmask stty swapoff swapon sysfs tuxcall ulimit uselib userfaultfd ustat vm86
  vm86old vserver`);

const UNLOCKED_BY: Readonly<Partial<Record<Capability, readonly string[]>>> = {
  CAP_DAC_READ_SEARCH: ['open_by_handle_at'],
  CAP_SYS_ADMIN: words(`
    bpf fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules
    lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd
    setdomainname sethostname setns syslog umount umount2 unshare`),
  CAP_SYS_BOOT: ['reboot'],
  CAP_SYS_CHROOT: ['chroot'],
  CAP_SYS_MODULE: ['delete_module', 'init_module', 'finit_module'],
  CAP_SYS_PACCT: ['acct'],
  CAP_SYS_PTRACE: ['kcmp', 'pidfd_getfd', 'process_madvise'],
  CAP_SYS_RAWIO: ['iopl', 'ioperm'],
  CAP_SYS_TIME: ['settimeofday', 'stime', 'clock_settime', 'clock_settime64'],
  CAP_SYS_TTY_CONFIG: ['vhangup'],
  CAP_SYS_NICE: ['get_mempolicy', 'mbind', 'set_mempolicy', 'set_mempolicy_home_node'],
  CAP_SYSLOG: ['syslog'],
  CAP_BPF: ['bpf'],
  CAP_PERFMON: ['perf_event_open'],
};

export function runtimeDefaultProfile(capabilities: ReadonlySet<Capability>): Profile {
  const refused = new Set([...NEVER, ...Object.values(UNLOCKED_BY).flat()]);
  for (const capability of capabilities) {
    for (const name of UNLOCKED_BY[capability] ?? []) refused.delete(name);
  }
  const rules = new Map<string, Verdict>([
    ['socket', { kind: 'unlessFirstArgument', values: [AF_ALG, AF_VSOCK] }],
    ['personality', { kind: 'onlyFirstArgument', values: PERSONALITIES }],
  ]);
  if (!capabilities.has('CAP_SYS_ADMIN')) {
    rules.set('clone', { kind: 'unlessFirstArgumentHas', mask: CLONE_NAMESPACES });
    // Its flags lie in memory where a filter cannot see them; ENOSYS makes C libraries fall back to clone.
    rules.set('clone3', { kind: 'errno', errno: ENOSYS });
  }
  return {
    architectures: [
      { auditArch: 0xc000_003e, verdicts: verdicts(X86_64_SYSCALLS, refused, rules) },
      { auditArch: 0x4000_0003, verdicts: verdicts(I386_SYSCALLS, new Set([...refused, 'arch_prctl']), rules) },
    ],
  };
}

function verdicts(
  table: SyscallTable,
  refused: ReadonlySet<string>,
  rules: ReadonlyMap<string, Verdict>,
): ReadonlyMap<number, Verdict> {
  return new Map(
    [...table].map(([name, number]) => [
      number,
      refused.has(name) ? { kind: 'errno', errno: EPERM } : (rules.get(name) ?? { kind: 'allow' }),
    ]),
  );
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
