#pragma once

#include <string>
#include <vector>

namespace tiphys {

// The command line and environment that this process was started with.
struct CommandLine {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
};

CommandLine OwnCommandLine();

// Replaces this process by a fresh one of `line`: same pid, standard streams kept, every other descriptor closed.
// May be called on any thread. Where the kernel refuses, ends the process with exit code 75 (EX_TEMPFAIL).
[[noreturn]] void ExecSelf(const CommandLine& line);

}  // namespace tiphys
