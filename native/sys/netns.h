// Network namespaces: made, opened, and borrowed for one call (namespaces(7), setns(2)).
#pragma once

#include <string>

#include "fd.h"
#include "result.h"

namespace tiphys::netns {

// A new, empty namespace that lives as long as something holds it. The calling thread stays where it was.
Result<Fd> Create();

Result<Fd> Open(const std::string& path);

// Borrowed fd of a namespace; negative is the one this process was started in.
inline constexpr int kOwn = -1;

// Puts the calling thread into `netns` until destroyed. A thread that cannot be brought back would
// serve other callers from the wrong namespace, so that failure ends the process.
class Scope {
 public:
  static Result<Scope> Enter(int netns);
  Scope(Scope&&) = default;
  Scope& operator=(Scope&&) = default;
  ~Scope();

 private:
  explicit Scope(Fd back) : back_(std::move(back)) {}
  Fd back_;
};

// A socket belongs to the namespace it was made in for good; always CLOEXEC.
Result<Fd> Socket(int netns, int domain, int type, int protocol);

// `key` as in sysctl(8) but with slashes: "net/ipv4/ip_forward".
Result<> WriteSysctl(int netns, const std::string& key, const std::string& value);

}  // namespace tiphys::netns
