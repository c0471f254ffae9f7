#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "fd.h"
#include "result.h"

namespace tiphys {

struct SpawnRequest {
  int program;                         // executable memfd
  std::vector<std::string> arguments;  // the first is the name
  uint64_t namespaces;                 // CLONE_NEW*
  std::string cgroup;                  // cgroup v2 directory to be born in, or ""
};

struct Spawned {
  pid_t pid;
  Fd pidfd;
  Fd socket;  // SOCK_SEQPACKET, non-blocking; the child has the other end as descriptor 3
};

// Starts a program in new namespaces without copying this process's page tables (CLONE_VM | CLONE_VFORK):
// the calling thread stands still until the program was exec'ed, so call it on a worker. The child gets
// /dev/null as 0, 1 and 2, no environment, and nothing else of this process.
Result<Spawned> Spawn(const SpawnRequest& request);

}  // namespace tiphys
