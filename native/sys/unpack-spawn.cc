#include "unpack-spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace tiphys {
namespace {

constexpr int kPipeBytes = 1024 * 1024;

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> MakePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return LastError("pipe2", "unpacker");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

class SpawnSetup {
 public:
  SpawnSetup(int input, int outcome) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, input, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, outcome, 1);
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSetup() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  int Spawn(const char* program, char* const* argv, pid_t& pid) {
    char* const environment[] = {nullptr};
    return ::posix_spawn(&pid, program, &actions_, &attributes_, argv, environment);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

Result<UnpackProcess> StartUnpacker(const std::string& program, const std::vector<std::string>& arguments) {
  Result<Pipe> input = MakePipe();
  if (!input) return input.error();
  Result<Pipe> outcome = MakePipe();
  if (!outcome) return outcome.error();
  ::fcntl((*input).write.get(), F_SETPIPE_SZ, kPipeBytes);  // best effort: a user's pipe pages are limited
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t pid;
  const int failed = SpawnSetup((*input).read.get(), (*outcome).write.get()).Spawn(program.c_str(), argv.data(), pid);
  if (failed != 0) return Error{failed, "posix_spawn", program};
  Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process) {
    Error error = LastError("pidfd_open", program);
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return error;
  }
  return UnpackProcess{std::move((*input).write), std::move((*outcome).read), std::move(process)};
}

Result<UnpackExit> ReapUnpacker(int process) {
  siginfo_t info{};
  int result;
  do result = ::waitid(P_PIDFD, static_cast<id_t>(process), &info, WEXITED);
  while (result != 0 && errno == EINTR);
  if (result != 0) return LastError("waitid", "unpacker");
  if (info.si_code == CLD_EXITED) return UnpackExit{info.si_status, 0};
  return UnpackExit{-1, info.si_status};
}

Result<> KillUnpacker(int process) {
  if (::syscall(SYS_pidfd_send_signal, process, SIGKILL, nullptr, 0) != 0 && errno != ESRCH) {
    return LastError("pidfd_send_signal", "unpacker");
  }
  return kOk;
}

}  // namespace tiphys
