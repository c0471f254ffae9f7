#include "bound-socket.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "netns.h"

namespace tiphys {
namespace {

sockaddr_in ToSockaddr(Endpoint endpoint) {
  return {.sin_family = AF_INET, .sin_port = htons(endpoint.port), .sin_addr = {.s_addr = endpoint.address}};
}

// In a namespace of ours addresses may be bound before they are routed there (ip(7), IP_FREEBIND).
Result<> Bind(int netns, int fd, Endpoint at) {
  const int on = 1;
  if (netns >= 0 && ::setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof on) < 0)
    return LastError("setsockopt", "IP_FREEBIND");
  const sockaddr_in address = ToSockaddr(at);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) return LastError("bind", ToString(at));
  return kOk;
}

int QueuedError(int fd) {
  alignas(cmsghdr) char control[256];
  msghdr message{.msg_control = control, .msg_controllen = sizeof control};
  if (::recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return 0;
  for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at)) {
    if (at->cmsg_level != IPPROTO_IP || at->cmsg_type != IP_RECVERR) continue;
    sock_extended_err error;
    std::memcpy(&error, CMSG_DATA(at), sizeof error);
    return static_cast<int>(error.ee_errno);
  }
  return 0;
}

}  // namespace

std::string ToString(Endpoint endpoint) {
  char text[INET_ADDRSTRLEN];
  const in_addr address{.s_addr = endpoint.address};
  return std::string(::inet_ntop(AF_INET, &address, text, sizeof text)) + ":" + std::to_string(endpoint.port);
}

Result<Fd> ListenTcp(int netns, Endpoint at, int backlog) {
  auto fd = netns::Socket(netns, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (!fd) return fd;
  const int on = 1;
  if (::setsockopt((*fd).get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
    return LastError("setsockopt", "SO_REUSEADDR");
  if (auto bound = Bind(netns, (*fd).get(), at); !bound) return bound.error();
  if (::listen((*fd).get(), backlog) < 0) return LastError("listen", ToString(at));
  return fd;
}

Result<Fd> BindUdp(int netns, Endpoint at) {
  auto fd = netns::Socket(netns, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (!fd) return fd;
  if (auto bound = Bind(netns, (*fd).get(), at); !bound) return bound.error();
  return fd;
}

Result<Fd> StartConnect(int netns, Endpoint to) {
  auto fd = netns::Socket(netns, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (!fd) return fd;
  const sockaddr_in address = ToSockaddr(to);
  ReportIcmpErrors((*fd).get(), true);
  if (::connect((*fd).get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 && errno != EINPROGRESS)
    return LastError("connect", ToString(to));
  return fd;
}

void ReportIcmpErrors(int fd, bool on) {
  const int value = on ? 1 : 0;
  (void)::setsockopt(fd, IPPROTO_IP, IP_RECVERR, &value, sizeof value);
}

int ConnectError(int fd) {
  int code = 0;
  socklen_t size = sizeof code;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) < 0) return errno;
  return code != 0 ? code : QueuedError(fd);
}

}  // namespace tiphys
