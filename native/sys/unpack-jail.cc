#include "unpack-jail.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

namespace tiphys {
namespace {

constexpr rlim_t kMaxMemory = 1024UL * 1024 * 1024;
constexpr rlim_t kMaxCpuSeconds = 900;

#if defined(__x86_64__)
constexpr uint32_t kArch = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArch = AUDIT_ARCH_AARCH64;
#endif

// What the unpacker, the C library's allocator and the C++ runtime call; anything else kills the process.
constexpr auto kAllowed = std::to_array<uint32_t>({
    __NR_read,       __NR_write,     __NR_close,     __NR_openat,    __NR_openat2,    __NR_fstat,     __NR_newfstatat,
    __NR_statx,      __NR_fcntl,     __NR_lseek,     __NR_mkdirat,   __NR_mknodat,    __NR_symlinkat, __NR_linkat,
    __NR_unlinkat,   __NR_readlinkat, __NR_fchown,   __NR_fchownat,  __NR_fchmod,     __NR_fchmodat,  __NR_utimensat,
    __NR_fsetxattr,  __NR_fgetxattr, __NR_getdents64, __NR_brk,      __NR_mmap,       __NR_munmap,    __NR_mremap,
    __NR_madvise,    __NR_futex,     __NR_exit,      __NR_exit_group, __NR_rt_sigreturn,
#ifdef __SANITIZE_ADDRESS__
    __NR_sigaltstack,  // asked for where an exception is thrown
#endif
});

#ifdef __SANITIZE_ADDRESS__  // which makes calls of its own and can do without them
constexpr uint32_t kOtherwise = SECCOMP_RET_ERRNO | EPERM;
#else
constexpr uint32_t kOtherwise = SECCOMP_RET_KILL_PROCESS;
#endif

// A clone of the mount `path` lies on, with `attributes`, attached nowhere yet.
Result<Fd> CloneMount(const std::string& path, uint64_t attributes) {
  Fd tree(::open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!tree) return LastError("open_tree", path);
  mount_attr attr{};
  attr.attr_set = attributes;
  if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH, &attr, sizeof attr) != 0) return LastError("mount_setattr", path);
  return tree;
}

Result<> PivotInto(int tree, const std::string& directory) {
  if (::move_mount(tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) != 0) return LastError("move_mount", directory);
  if (::fchdir(tree) != 0) return LastError("fchdir", directory);
  if (::syscall(SYS_pivot_root, ".", ".") != 0) return LastError("pivot_root", directory);
  if (::umount2(".", MNT_DETACH) != 0) return LastError("umount", "/");
  if (::chdir("/") != 0) return LastError("chdir", "/");
  return kOk;
}

Result<> DropPrivileges() {
  // SYS_ADMIN only for trusted.overlay.opaque; the system calls it opens otherwise are filtered below.
  constexpr std::array kept = {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_MKNOD, CAP_SYS_ADMIN, CAP_SETFCAP};
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  for (const int cap : kept) {
    data[cap / 32].effective |= 1U << (cap % 32);
    data[cap / 32].permitted |= 1U << (cap % 32);
  }
  if (::syscall(SYS_capset, &header, data) != 0) return LastError("capset", "self");
  return kOk;
}

Result<> FilterCalls() {
  std::vector<sock_filter> program = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArch, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
  };
  for (const uint32_t number : kAllowed) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, kOtherwise));
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return LastError("prctl", "no_new_privs");
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) return LastError("seccomp", "filter");
  return kOk;
}

void LimitResources() {
  const auto limit = [](__rlimit_resource what, rlim_t value) {
    rlimit now;
    if (::getrlimit(what, &now) != 0) return;
    now.rlim_cur = now.rlim_max = std::min(value, now.rlim_max);  // lowering needs no privilege
    ::setrlimit(what, &now);
  };
#ifndef __SANITIZE_ADDRESS__  // whose shadow is larger than any limit
  limit(RLIMIT_AS, kMaxMemory);
#endif
  limit(RLIMIT_CPU, kMaxCpuSeconds);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 2048);
}

}  // namespace

Result<Jail> EnterJail(const std::string& directory, const std::vector<std::string>& lower_directories) {
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);  // whoever comes after the daemon finds nobody at work
  ::umask(0);
  LimitResources();
  if (::unshare(CLONE_NEWNS) != 0) return LastError("unshare", "mount namespace");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return LastError("mount", "/");
  constexpr uint64_t kInert = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  std::vector<Fd> lower;
  for (const std::string& path : lower_directories) {
    Result<Fd> tree = CloneMount(path, kInert | MOUNT_ATTR_RDONLY);
    if (!tree) return tree.error();
    lower.push_back(std::move(*tree));
  }
  Result<Fd> tree = CloneMount(directory, kInert);
  if (!tree) return tree.error();
  if (const auto pivoted = PivotInto((*tree).get(), directory); !pivoted) return pivoted.error();
  Fd root(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root) return LastError("open", "/");
  *tree = Fd();
  if (const auto dropped = DropPrivileges(); !dropped) return dropped.error();
  if (const auto filtered = FilterCalls(); !filtered) return filtered.error();
  return Jail{std::move(root), LayerStack(std::move(lower))};
}

}  // namespace tiphys
