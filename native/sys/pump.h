// The data plane of services: threads that accept, choose a backend, dial and relay. What to listen at and where
// to send it is decided elsewhere and handed over as immutable sets; nothing here calls back.
#pragma once

#include <memory>
#include <thread>
#include <unordered_map>

#include "tcp-relay.h"
#include "udp-relay.h"

namespace tiphys::pump {

enum class Protocol { kTcp, kUdp };

class Pump {
 public:
  // Backends are dialled from `netns`, which the threads live in.
  static Result<std::unique_ptr<Pump>> Start(int netns, unsigned threads, PumpLimits limits);
  ~Pump();

  // Listens in `netns`, which need not be the one of the threads; answers the listener's id.
  Result<uint32_t> Listen(Protocol protocol, int netns, Endpoint at, Backends backends);
  // For connections from now on; those that exist stay unless their client is not admitted to their backend any more,
  // and UDP flows to a backend that went are ended.
  void Put(uint32_t id, Backends backends);
  // Refuses from the moment it returns; connections that exist stay, UDP flows end.
  void Close(uint32_t id);
  // Resets the connections to a machine that is gone, and may have gone without a word.
  void EndAllTo(const Address& address);

  const Counters& counters() const { return counters_; }

 private:
  struct Worker {
    Worker(std::unique_ptr<EventLoop> own, Counters& counters, const PumpLimits& limits)
        : loop(std::move(own)), tcp(*loop, counters, limits), udp(*loop, counters, limits) {}
    std::unique_ptr<EventLoop> loop;
    TcpRelay tcp;
    UdpRelay udp;
    std::thread thread;
  };
  struct Listener {
    std::shared_ptr<Choice> choice;
    std::shared_ptr<TcpListener> tcp;  // null for UDP
  };

  explicit Pump(PumpLimits limits) : limits_(limits) {}
  Worker& UdpWorker(uint32_t id) { return *workers_[id % workers_.size()]; }

  const PumpLimits limits_;
  Counters counters_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unordered_map<uint32_t, Listener> listeners_;
  uint32_t last_id_ = 0;
};

}  // namespace tiphys::pump
