#include "spawn.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <memory>

namespace tiphys {
namespace {

constexpr size_t kStackSize = 64 * 1024;
constexpr int kSocketFd = 3;

struct ChildArguments {
  int program;
  char* const* argv;
  int socket;
  int null;
  int error;  // errno of the child, in the memory it shares
};

// Runs in this process's memory: only plain system calls, no locks, no allocation.
int Child(void* raw) {
  auto* arguments = static_cast<ChildArguments*>(raw);
  static char* const kNoEnvironment[] = {nullptr};
  for (int fd = 0; fd < 3; fd++) {
    if (::dup2(arguments->null, fd) < 0) goto failed;
  }
  // The program must survive the descriptors being put in place: all three are far above them.
  if (::dup2(arguments->socket, kSocketFd) < 0) goto failed;
  ::syscall(SYS_execveat, arguments->program, "", arguments->argv, kNoEnvironment, AT_EMPTY_PATH);
failed:
  arguments->error = errno;
  ::_exit(127);
}

// clone3(2) onto another stack, which no C library offers: the child calls `run` and never returns.
long CloneOntoStack(clone_args* args, int (*run)(void*), void* argument) {
#if defined(__x86_64__)
  long result;
  register int (*child)(void*) asm("r8") = run;
  register void* passed asm("r9") = argument;
  asm volatile(
      "syscall\n\t"
      "testq %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xorl %%ebp, %%ebp\n\t"
      "movq %%r9, %%rdi\n\t"
      "call *%%r8\n\t"
      "1:"
      : "=a"(result)
      : "a"(SYS_clone3), "D"(args), "S"(sizeof *args), "r"(child), "r"(passed)
      : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long number asm("x8") = SYS_clone3;
  register long result asm("x0") = reinterpret_cast<long>(args);
  register size_t size asm("x1") = sizeof *args;
  register int (*child)(void*) asm("x9") = run;
  register void* passed asm("x10") = argument;
  asm volatile(
      "svc #0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x0, x10\n\t"
      "blr x9\n\t"
      "1:"
      : "+r"(result)
      : "r"(number), "r"(size), "r"(child), "r"(passed)
      : "memory", "x30");
  return result;
#else
#error "clone3 needs a few lines of assembly for this architecture"
#endif
}

Result<Fd> RaiseFd(int fd) {
  Fd raised(::fcntl(fd, F_DUPFD_CLOEXEC, 16));
  if (!raised) return LastError("fcntl", "dup");
  return raised;
}

struct Stack {
  Stack() : bytes(::mmap(nullptr, kStackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {}
  ~Stack() {
    if (bytes != MAP_FAILED) ::munmap(bytes, kStackSize);
  }
  void* bytes;
};

}  // namespace

Result<Spawned> Spawn(const SpawnRequest& request) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return LastError("socketpair", "shim");
  Fd ours(ends[0]);
  Fd theirs(ends[1]);
  if (::fcntl(ours.get(), F_SETFL, O_NONBLOCK) < 0) return LastError("fcntl", "shim");
  Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return LastError("open", "/dev/null");
  auto program = RaiseFd(request.program);
  if (!program) return program.error();
  auto socket = RaiseFd(theirs.get());
  if (!socket) return socket.error();
  auto raised_null = RaiseFd(null.get());
  if (!raised_null) return raised_null.error();

  std::vector<char*> argv;
  for (const auto& argument : request.arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  Stack stack;
  if (stack.bytes == MAP_FAILED) return LastError("mmap", "stack");
  ChildArguments arguments{(*program).get(), argv.data(), (*socket).get(), (*raised_null).get(), 0};

  Fd cgroup;
  int pidfd = -1;
  clone_args args{};
  args.flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | request.namespaces;
  args.pidfd = reinterpret_cast<uint64_t>(&pidfd);
  args.exit_signal = SIGCHLD;
  args.stack = reinterpret_cast<uint64_t>(stack.bytes);
  args.stack_size = kStackSize;
  if (!request.cgroup.empty()) {
    cgroup = Fd(::open(request.cgroup.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!cgroup) return LastError("open", request.cgroup);
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<uint64_t>(cgroup.get());
  }
  // A signal handler of this process must not run in the child, on its stack and in our memory.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  const long pid = CloneOntoStack(&args, Child, &arguments);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) {
    errno = static_cast<int>(-pid);
    return LastError("clone3", request.arguments[0]);
  }
  Fd child(pidfd);
  if (arguments.error != 0) {
    siginfo_t info;
    ::waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, WEXITED);
    errno = arguments.error;
    return LastError("execveat", request.arguments[0]);
  }
  return Spawned{static_cast<pid_t>(pid), std::move(child), std::move(ours)};
}

}  // namespace tiphys
