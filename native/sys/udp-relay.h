// UDP of services: a flow a client address, each with a connected socket to its backend, as conntrack would.
#pragma once

#include <sys/socket.h>

#include <memory>
#include <unordered_map>

#include "event-loop.h"
#include "tcp-relay.h"

namespace tiphys::pump {

// Datagram buffers of one thread; pages are only touched as far as datagrams are long.
class DatagramBatch {
 public:
  static constexpr unsigned kSlots = 32;
  static constexpr size_t kSlotBytes = 65536;
  DatagramBatch();
  // Number of datagrams, 0 when none is there, -1 with errno.
  int Receive(int fd);
  // Sends received datagrams [from, to) as they are; `to_address` null for a connected socket.
  int Send(int fd, unsigned from, unsigned to, SocketAddress* to_address);
  Endpoint source(unsigned at) const { return sources_[at].endpoint(); }

 private:
  std::unique_ptr<char[]> bytes_{new char[kSlots * kSlotBytes]};
  SocketAddress sources_[kSlots];
  iovec vectors_[kSlots];
  mmsghdr headers_[kSlots];
};

class UdpService;

// One thread's UDP listeners with all their flows.
class UdpRelay {
 public:
  UdpRelay(EventLoop& loop, Counters& counters, const PumpLimits& limits);
  ~UdpRelay();
  void Serve(uint32_t id, Fd socket, std::shared_ptr<Choice> choice);
  // Ends flows whose backend is no longer among those to choose from, or not for their client.
  void Flush(uint32_t id);
  void Forget(uint32_t id);

 private:
  friend class UdpService;
  friend class Flow;
  EventLoop& loop_;
  Counters& counters_;
  const PumpLimits limits_;
  DatagramBatch batch_;
  DeadlineList unreplied_, streams_;
  std::unordered_map<uint32_t, std::unique_ptr<UdpService>> services_;
};

}  // namespace tiphys::pump
