// Raw netlink: one request built in a buffer, sent, and its acknowledgement or dump read (netlink(7)).
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fd.h"
#include "result.h"

namespace tiphys::netlink {

// One message being built. Attributes are appended; nests are closed in reverse order of opening.
class Message {
 public:
  // `header` is the fixed struct that follows nlmsghdr (ifinfomsg, rtmsg, nfgenmsg ...).
  template <typename Header>
  Message(uint16_t type, uint16_t flags, const Header& header) {
    const nlmsghdr head{.nlmsg_len = 0, .nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = 0, .nlmsg_pid = 0};
    Append(&head, sizeof head);
    Append(&header, sizeof header);
  }

  Message& Put(uint16_t type, const void* data, size_t size);
  Message& PutString(uint16_t type, std::string_view text);  // NUL-terminated on the wire
  Message& PutU8(uint16_t type, uint8_t value) { return Put(type, &value, sizeof value); }
  Message& PutU32(uint16_t type, uint32_t value) { return Put(type, &value, sizeof value); }
  Message& PutU32Be(uint16_t type, uint32_t value) { return PutU32(type, __builtin_bswap32(value)); }
  Message& PutU64Be(uint16_t type, uint64_t value) {
    const uint64_t wire = __builtin_bswap64(value);
    return Put(type, &wire, sizeof wire);
  }
  // A fixed struct inside a nest, as VETH_INFO_PEER wants.
  template <typename Header>
  Message& PutHeader(const Header& header) {
    Append(&header, sizeof header);
    return *this;
  }
  [[nodiscard]] size_t Open(uint16_t type);
  Message& Close(size_t nest);

  // Fills in length and sequence number.
  const std::vector<char>& Seal(uint32_t sequence);

 private:
  void Append(const void* data, size_t size);
  std::vector<char> bytes_;
};

class Socket {
 public:
  // In `netns` (netns::kOwn for this process's own), for NETLINK_ROUTE or NETLINK_NETFILTER.
  static Result<Socket> Open(int netns, int protocol);

  // Sends and waits for the acknowledgement; the kernel's errno is the error. `call` and `subject` name it.
  Result<> Request(Message& message, const char* call, const std::string& subject);

  // NLM_F_DUMP: `visit` is called for every answer.
  Result<> Dump(Message& message, const char* call, const std::function<void(const nlmsghdr*)>& visit);

  // Messages that are acknowledged together (nf_tables transactions): all are sent in one datagram and
  // the first error is returned. `acknowledged` is how many carry NLM_F_ACK.
  Result<> Transaction(const std::vector<Message*>& messages, size_t acknowledged, const char* call);

  // A transaction that was put together elsewhere, whole messages of which only the last asks for acknowledgement:
  // the first error is returned, with the sequence number of the message it is about.
  Result<> Batch(const std::vector<char>& bytes, const char* call);

 private:
  explicit Socket(Fd fd) : fd_(std::move(fd)) {}
  Result<> Send(const std::vector<char>& bytes, const char* call);

  // What is still waited for after a message; an error ends the waiting, too.
  enum class Wait { kForMore, kForRestOfDatagram, kNoLonger };
  using Judge = std::function<Result<Wait>(const nlmsghdr*)>;

  // Has every message that comes judged, until nothing is waited for.
  Result<> Receive(const char* call, const std::string& subject, const Judge& judge);

  Fd fd_;
  uint32_t sequence_ = 0;
};

}  // namespace tiphys::netlink
