// Starts tiphys-unpack with vfork semantics, so that the size of this process' heap does not matter.
#pragma once

#include <string>
#include <vector>

#include "fd.h"
#include "result.h"

namespace tiphys {

struct UnpackProcess {
  Fd input;    // write the layer's tar stream here, then close
  Fd outcome;  // one line, then end of file when the process is gone
  Fd process;  // a pidfd; the process must be reaped by ReapUnpacker
};

struct UnpackExit {
  int code;    // -1 when killed
  int signal;  // 0 when it exited
};

Result<UnpackProcess> StartUnpacker(const std::string& program, const std::vector<std::string>& arguments);
// Waits; short once `outcome` has ended.
Result<UnpackExit> ReapUnpacker(int process);
Result<> KillUnpacker(int process);

}  // namespace tiphys
