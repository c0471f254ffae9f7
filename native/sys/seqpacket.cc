#include "seqpacket.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <cstring>

namespace tiphys {
namespace {
constexpr size_t kMaxDescriptors = 4;

Result<Fd> Connect(const std::string& path, int type) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return LastError("connect", path);
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  Fd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return LastError("socket", path);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) return LastError("connect", path);
  return fd;
}

}  // namespace

Result<Connection> ConnectSeqpacket(const std::string& path) {
  auto fd = Connect(path, SOCK_SEQPACKET);
  if (!fd) return fd.error();
  ucred peer{};
  socklen_t length = sizeof peer;
  if (::getsockopt((*fd).get(), SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return LastError("getsockopt", path);
  return Connection{std::move(*fd), peer.pid};
}

Result<Fd> ConnectStream(const std::string& path) { return Connect(path, SOCK_STREAM); }

Result<> SendPacket(int socket, const void* bytes, size_t length, int descriptor) {
  iovec part{const_cast<void*>(bytes), length};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (descriptor >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
  }
  if (::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return LastError("sendmsg", "shim");
  return kOk;
}

Result<Packet> ReceivePacket(int socket, size_t limit) {
  Packet packet;
  packet.bytes.resize(limit);
  iovec part{packet.bytes.data(), limit};
  alignas(cmsghdr) char control[CMSG_SPACE(kMaxDescriptors * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t received = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (received < 0) return LastError("recvmsg", "shim");
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      packet.descriptors.emplace_back(fd);
    }
  }
  if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
    errno = EMSGSIZE;
    return LastError("recvmsg", "shim");
  }
  packet.bytes.resize(static_cast<size_t>(received));
  return packet;
}

}  // namespace tiphys
