// Answers to netlink requests, as no kernel gives them.
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "../sys/link.h"
#include "../sys/netns.h"

namespace {

std::span<const uint8_t> left;
uint32_t sequence;

}  // namespace

// These names are macros for ones of our own (build.sh), here and in netlink.cc.
// A datagram is its length in two bytes, a flag byte and what is in it; odd flags get the right sequence.
ssize_t recv(int, void* buffer, size_t length, int) {
  if (left.size() < 3) {
    errno = EAGAIN;
    return -1;
  }
  const bool answers = (left[2] & 1) != 0;
  const size_t stated = static_cast<size_t>(left[0]) << 8 | left[1];
  left = left.subspan(3);
  const size_t size = std::min({stated, left.size(), length});
  std::memcpy(buffer, left.data(), size);
  left = left.subspan(size);
  for (size_t at = 0; answers && at + sizeof(nlmsghdr) <= size;) {
    nlmsghdr head;
    std::memcpy(&head, static_cast<char*>(buffer) + at, sizeof head);
    head.nlmsg_seq = sequence;
    std::memcpy(static_cast<char*>(buffer) + at, &head, sizeof head);
    if (head.nlmsg_len < sizeof head || head.nlmsg_len > size - at) break;
    at += NLMSG_ALIGN(head.nlmsg_len);
  }
  return static_cast<ssize_t>(size);
}

ssize_t sendto(int, const void* bytes, size_t length, int, const sockaddr*, socklen_t) {
  nlmsghdr head;
  std::memcpy(&head, bytes, sizeof head);
  sequence = head.nlmsg_seq;
  return static_cast<ssize_t>(length);
}

int setsockopt(int, int, int, const void*, socklen_t) noexcept { return 0; }

namespace tiphys::netns {

Result<Fd> Socket(int, int, int, int) { return Fd(::dup(0)); }

}  // namespace tiphys::netns

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  left = {data + 1, size - 1};
  auto socket = tiphys::netlink::Socket::Open(tiphys::netns::kOwn, 0);
  if (!socket) return 0;
  switch (data[0] % 4) {
    case 0: (void)tiphys::link::Links(*socket); break;
    case 1: (void)tiphys::link::Routes(*socket, (data[0] & 0x80) != 0 ? AF_INET6 : AF_INET); break;
    case 2: (void)tiphys::link::SetUp(*socket, 1, "lo"); break;
    default: {
      tiphys::netlink::Message first(1, 0, nlmsghdr{});
      tiphys::netlink::Message second(2, 0, nlmsghdr{});
      (void)(*socket).Transaction({&first, &second}, 2, "both");
    }
  }
  return 0;
}
