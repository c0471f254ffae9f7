#include "pidfd.h"

#include <sys/syscall.h>
#include <sys/wait.h>

// By number: sys/pidfd.h of glibc 2.36 declares its functions without C linkage.
namespace tiphys {

Result<Fd> OpenPidfd(pid_t pid) {
  Fd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!fd) return LastError("pidfd_open", std::to_string(pid));
  return fd;
}

Result<> SignalPidfd(int pidfd, int signal) {
  if (::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0) < 0) return LastError("pidfd_send_signal", std::to_string(signal));
  return kOk;
}

void ReapPidfd(int pidfd) {
  siginfo_t info;
  ::waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, WEXITED | WNOHANG);
}

}  // namespace tiphys
