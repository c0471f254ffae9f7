#include "netlink.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <cstring>

#include "netns.h"

namespace tiphys::netlink {
namespace {

// The kernel answers at once; a second means that something is badly wrong.
constexpr timeval kAnswerDeadline{.tv_sec = 5, .tv_usec = 0};
constexpr size_t kReceiveBytes = 32 * 1024;

// The errno in an NLMSG_ERROR, 0 for an acknowledgement.
int ErrorIn(const nlmsghdr* message) {
  if (message->nlmsg_len < NLMSG_LENGTH(sizeof(int))) return EBADMSG;
  int code;
  std::memcpy(&code, NLMSG_DATA(message), sizeof code);
  return code > 0 || code < -4095 ? EBADMSG : -code;
}

}  // namespace

void Message::Append(const void* data, size_t size) {
  const auto* from = static_cast<const char*>(data);
  bytes_.insert(bytes_.end(), from, from + size);
  bytes_.resize(NLMSG_ALIGN(bytes_.size()));
}

Message& Message::Put(uint16_t type, const void* data, size_t size) {
  const nlattr head{.nla_len = static_cast<uint16_t>(NLA_HDRLEN + size), .nla_type = type};
  Append(&head, sizeof head);
  Append(data, size);
  return *this;
}

Message& Message::PutString(uint16_t type, std::string_view text) {
  return Put(type, std::string(text).c_str(), text.size() + 1);
}

size_t Message::Open(uint16_t type) {
  const size_t at = bytes_.size();
  const nlattr head{.nla_len = 0, .nla_type = static_cast<uint16_t>(type | NLA_F_NESTED)};
  Append(&head, sizeof head);
  return at;
}

Message& Message::Close(size_t nest) {
  const auto length = static_cast<uint16_t>(bytes_.size() - nest);
  std::memcpy(bytes_.data() + nest, &length, sizeof length);
  return *this;
}

const std::vector<char>& Message::Seal(uint32_t sequence) {
  auto* head = reinterpret_cast<nlmsghdr*>(bytes_.data());
  head->nlmsg_len = static_cast<uint32_t>(bytes_.size());
  head->nlmsg_seq = sequence;
  return bytes_;
}

Result<Socket> Socket::Open(int netns, int protocol) {
  auto fd = netns::Socket(netns, AF_NETLINK, SOCK_RAW, protocol);
  if (!fd) return fd.error();
  if (::setsockopt((*fd).get(), SOL_SOCKET, SO_RCVTIMEO, &kAnswerDeadline, sizeof kAnswerDeadline) < 0)
    return LastError("setsockopt", "SO_RCVTIMEO");
  const int on = 1;  // without it every error repeats the whole request
  (void)::setsockopt((*fd).get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  return Socket(std::move(*fd));
}

Result<> Socket::Send(const std::vector<char>& bytes, const char* call) {
  sockaddr_nl kernel{.nl_family = AF_NETLINK};
  if (::sendto(fd_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&kernel), sizeof kernel) < 0)
    return LastError(call, "netlink");
  return kOk;
}

Result<> Socket::Receive(const char* call, const std::string& subject, const Judge& judge) {
  alignas(nlmsghdr) char buffer[kReceiveBytes];
  for (;;) {
    const ssize_t size = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return LastError(call, subject);
    auto wait = Wait::kForMore;
    auto left = static_cast<int>(size);
    for (auto* at = reinterpret_cast<nlmsghdr*>(buffer); NLMSG_OK(at, left); at = NLMSG_NEXT(at, left)) {
      auto judged = judge(at);
      if (!judged) return judged.error();
      if (*judged == Wait::kNoLonger) return kOk;
      wait = *judged;
    }
    if (wait == Wait::kForRestOfDatagram) return kOk;
  }
}

Result<> Socket::Request(Message& message, const char* call, const std::string& subject) {
  const uint32_t sequence = ++sequence_;
  if (auto sent = Send(message.Seal(sequence), call); !sent) return sent;
  return Receive(call, subject, [&](const nlmsghdr* at) -> Result<Wait> {
    if (at->nlmsg_seq != sequence || at->nlmsg_type != NLMSG_ERROR) return Wait::kForMore;
    if (const int code = ErrorIn(at); code != 0) return Error{code, call, subject};
    return Wait::kNoLonger;
  });
}

Result<> Socket::Dump(Message& message, const char* call, const std::function<void(const nlmsghdr*)>& visit) {
  const uint32_t sequence = ++sequence_;
  if (auto sent = Send(message.Seal(sequence), call); !sent) return sent;
  return Receive(call, "dump", [&](const nlmsghdr* at) -> Result<Wait> {
    if (at->nlmsg_seq != sequence) return Wait::kForMore;
    if (at->nlmsg_type == NLMSG_DONE) return Wait::kNoLonger;
    if (at->nlmsg_type == NLMSG_ERROR) return Error{ErrorIn(at), call, "dump"};
    visit(at);
    return Wait::kForMore;
  });
}

Result<> Socket::Transaction(const std::vector<Message*>& messages, size_t acknowledged, const char* call) {
  std::vector<char> all;
  for (Message* message : messages) {
    const auto& bytes = message->Seal(++sequence_);
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  if (auto sent = Send(all, call); !sent) return sent;
  if (acknowledged == 0) return kOk;
  size_t seen = 0;
  return Receive(call, "acknowledgement", [&](const nlmsghdr* at) -> Result<Wait> {
    if (at->nlmsg_type == NLMSG_ERROR) {
      if (const int code = ErrorIn(at); code != 0) return Error{code, call, "message " + std::to_string(seen)};
      ++seen;
    }
    // An error beside the last acknowledgement, in one datagram, counts as well.
    return seen < acknowledged ? Wait::kForMore : Wait::kForRestOfDatagram;
  });
}

Result<> Socket::Batch(const std::vector<char>& bytes, const char* call) {
  // One datagram, whatever its size: the kernel takes none that is larger than what may be under way.
  const int room = static_cast<int>(bytes.size()) + kReceiveBytes;
  (void)::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  if (auto sent = Send(bytes, call); !sent) return sent;
  return Receive(call, "acknowledgement", [&](const nlmsghdr* at) -> Result<Wait> {
    if (at->nlmsg_type != NLMSG_ERROR) return Wait::kForMore;
    if (const int code = ErrorIn(at); code != 0) return Error{code, call, "message " + std::to_string(at->nlmsg_seq)};
    return Wait::kNoLonger;
  });
}

}  // namespace tiphys::netlink
