#include "exec-self.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace tiphys {
namespace {

std::vector<std::string> SplitAtNul(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  std::vector<std::string> parts;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\0', at);
    parts.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return parts;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

CommandLine OwnCommandLine() { return {SplitAtNul("/proc/self/cmdline"), SplitAtNul("/proc/self/environ")}; }

void ExecSelf(const CommandLine& line) {
  auto arguments = Pointers(line.arguments);
  auto environment = Pointers(line.environment);
  // Marked, not closed: other threads still use them until the kernel ends those.
  ::syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
  // Node marks its standard streams as well.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::fcntl(stream, F_SETFD, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::execve("/proc/self/exe", arguments.data(), environment.data());
  ::_exit(EX_TEMPFAIL);
}

}  // namespace tiphys
