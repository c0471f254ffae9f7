#include "credentials.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"

int credentials_limit(uint64_t kept) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct current[2];
  if (syscall(SYS_capget, &header, current) < 0) return -1;
  struct __user_cap_data_struct data[2];
  for (int i = 0; i < 2; i++) {
    uint32_t part = (uint32_t)(kept >> (32 * i)) & current[i].permitted;
    data[i] = (struct __user_cap_data_struct){.effective = part, .permitted = part, .inheritable = 0};
  }
  return (int)syscall(SYS_capset, &header, data);
}

// Changing credentials made this process dumpable as suid_dumpable says, and cleared its death signal.
int credentials_hide(void) {
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return -1;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) return -1;
  struct pollfd shim = {.fd = STATUS_FD, .events = 0};
  if (poll(&shim, 1, 0) == 1 && (shim.revents & POLLHUP)) _exit(1);
  return 0;
}

// A kernel without keys has none to hide.
int credentials_leave_keyring(void) {
  return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS ? -1 : 0;
}
