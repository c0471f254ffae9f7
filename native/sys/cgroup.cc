#include "cgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>

#include "fd.h"

namespace tiphys {
namespace {

std::vector<std::string> Children(const std::string& path) {
  std::vector<std::string> names;
  std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (!directory) return names;
  while (const dirent* entry = ::readdir(directory.get())) {
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') names.push_back(path + "/" + entry->d_name);
  }
  return names;
}

Result<> KillListed(const std::string& path) {
  Fd fd(::open((path + "/cgroup.procs").c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return errno == ENOENT ? Result<>(kOk) : Result<>(LastError("open", path));
  std::string text;
  char buffer[4096];
  ssize_t length;
  while ((length = ::read(fd.get(), buffer, sizeof buffer)) > 0) text.append(buffer, static_cast<size_t>(length));
  if (length < 0) return errno == ENODEV ? Result<>(kOk) : Result<>(LastError("read", path));
  for (const char* at = text.c_str(); *at != '\0';) {
    char* end;
    const long pid = std::strtol(at, &end, 10);
    if (pid > 0) ::kill(static_cast<pid_t>(pid), SIGKILL);
    at = *end == '\n' ? end + 1 : end;
  }
  return kOk;
}

}  // namespace

Result<> MakeCgroup(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST) return kOk;
  if (errno != ENOENT) return LastError("mkdir", path);
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0) return LastError("mkdir", path);
  if (auto parent = MakeCgroup(path.substr(0, slash)); !parent) return parent;
  if (::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST) return kOk;
  return LastError("mkdir", path);
}

Result<> KillCgroup(const std::string& path) {
  Fd kill_file(::open((path + "/cgroup.kill").c_str(), O_WRONLY | O_CLOEXEC));
  if (kill_file && ::write(kill_file.get(), "1", 1) == 1) return kOk;
  for (const auto& child : Children(path)) {
    if (auto killed = KillCgroup(child); !killed) return killed;
  }
  return KillListed(path);
}

Result<> RemoveCgroup(const std::string& path) {
  if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return kOk;
  if (errno != EBUSY && errno != ENOTEMPTY) return LastError("rmdir", path);
  for (const auto& child : Children(path)) {
    if (auto removed = RemoveCgroup(child); !removed) return removed;
  }
  if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return kOk;
  const Error busy = LastError("rmdir", path);
  // Most are empty by now: to look for processes costs more than to find out so.
  if (auto killed = KillCgroup(path); !killed) return killed;
  return busy;
}

}  // namespace tiphys
