#include "netns.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>

namespace tiphys::netns {
namespace {

constexpr const char* kThreadNetns = "/proc/thread-self/ns/net";

}  // namespace

Result<Fd> Open(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return LastError("open", path);
  return fd;
}

Result<Fd> Create() {
  auto back = Open(kThreadNetns);
  if (!back) return back.error();
  if (::unshare(CLONE_NEWNET) < 0) return LastError("unshare", "network namespace");
  auto made = Open(kThreadNetns);
  if (::setns((*back).get(), CLONE_NEWNET) < 0) {
    ::perror("setns back");
    std::abort();
  }
  return made;
}

Result<Scope> Scope::Enter(int netns) {
  if (netns < 0) return Scope(Fd());
  auto back = Open(kThreadNetns);
  if (!back) return back.error();
  if (::setns(netns, CLONE_NEWNET) < 0) return LastError("setns", "network namespace");
  return Scope(std::move(*back));
}

Scope::~Scope() {
  if (back_ && ::setns(back_.get(), CLONE_NEWNET) < 0) {
    ::perror("setns back");
    std::abort();
  }
}

Result<Fd> Socket(int netns, int domain, int type, int protocol) {
  auto scope = Scope::Enter(netns);
  if (!scope) return scope.error();
  Fd fd(::socket(domain, type | SOCK_CLOEXEC, protocol));
  if (!fd) return LastError("socket", "");
  return fd;
}

Result<> WriteSysctl(int netns, const std::string& key, const std::string& value) {
  auto scope = Scope::Enter(netns);
  if (!scope) return scope.error();
  const std::string path = "/proc/sys/" + key;
  Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return LastError("open", path);
  if (::write(fd.get(), value.data(), value.size()) < 0) return LastError("write", path);
  return kOk;
}

}  // namespace tiphys::netns
