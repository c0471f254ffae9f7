#include "bound-socket.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "netns.h"

namespace tiphys {
namespace {

// In a namespace of ours addresses may be bound before they are routed there (ip(7), IP_FREEBIND).
Result<> Bind(int netns, int fd, const Endpoint& at) {
  const int on = 1;
  const bool ipv4 = at.address.is_ipv4();
  if (!ipv4 && ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0)
    return LastError("setsockopt", "IPV6_V6ONLY");
  if (netns >= 0 && ::setsockopt(fd, ipv4 ? IPPROTO_IP : IPPROTO_IPV6, ipv4 ? IP_FREEBIND : IPV6_FREEBIND, &on, sizeof on) < 0)
    return LastError("setsockopt", "IP_FREEBIND");
  const SocketAddress address(at);
  if (::bind(fd, address.get(), address.size()) < 0) return LastError("bind", ToString(at));
  return kOk;
}

int QueuedError(int fd) {
  alignas(cmsghdr) char control[256];
  msghdr message{.msg_control = control, .msg_controllen = sizeof control};
  if (::recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return 0;
  for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at)) {
    const bool ipv4 = at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_RECVERR;
    const bool ipv6 = at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_RECVERR;
    if (!ipv4 && !ipv6) continue;
    sock_extended_err error;
    std::memcpy(&error, CMSG_DATA(at), sizeof error);
    return static_cast<int>(error.ee_errno);
  }
  return 0;
}

}  // namespace

Result<Fd> ListenTcp(int netns, Endpoint at, int backlog) {
  auto fd = netns::Socket(netns, at.address.family(), SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (!fd) return fd;
  const int on = 1;
  if (::setsockopt((*fd).get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
    return LastError("setsockopt", "SO_REUSEADDR");
  if (auto bound = Bind(netns, (*fd).get(), at); !bound) return bound.error();
  if (::listen((*fd).get(), backlog) < 0) return LastError("listen", ToString(at));
  return fd;
}

Result<Fd> BindUdp(int netns, Endpoint at) {
  auto fd = netns::Socket(netns, at.address.family(), SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (!fd) return fd;
  if (auto bound = Bind(netns, (*fd).get(), at); !bound) return bound.error();
  return fd;
}

Result<Fd> StartConnect(int netns, Endpoint to) {
  auto fd = netns::Socket(netns, to.address.family(), SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (!fd) return fd;
  const SocketAddress address(to);
  ReportIcmpErrors((*fd).get(), to.address.family(), true);
  if (::connect((*fd).get(), address.get(), address.size()) < 0 && errno != EINPROGRESS)
    return LastError("connect", ToString(to));
  return fd;
}

void ReportIcmpErrors(int fd, int family, bool on) {
  const int value = on ? 1 : 0;
  if (family == AF_INET) (void)::setsockopt(fd, IPPROTO_IP, IP_RECVERR, &value, sizeof value);
  else (void)::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &value, sizeof value);
}

int ConnectError(int fd) {
  int code = 0;
  socklen_t size = sizeof code;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) < 0) return errno;
  return code != 0 ? code : QueuedError(fd);
}

}  // namespace tiphys
