#pragma once

#include <sys/types.h>

#include "fd.h"
#include "result.h"

namespace tiphys {

Result<Fd> OpenPidfd(pid_t pid);
Result<> SignalPidfd(int pidfd, int signal);
// Collects the exit of a child of ours so that no zombie stays. Nothing to do for another's child.
void ReapPidfd(int pidfd);

}  // namespace tiphys
