// TCP connections of services: accepted, given a backend, dialled with retries, relayed.
#pragma once

#include <atomic>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "backends.h"
#include "direction.h"
#include "event-loop.h"

namespace tiphys::pump {

struct Counters {
  std::atomic<uint64_t> connections = 0;       // accepted so far
  std::atomic<uint64_t> undeliverable = 0;     // no backend could be reached
  std::atomic<uint64_t> over_limit = 0;        // refused because of a limit here
  std::atomic<uint64_t> pauses = 0;            // accepting was put off for want of descriptors or memory
  std::atomic<uint32_t> open_connections = 0;
  std::atomic<uint32_t> open_flows = 0;
};

struct PumpLimits {
  uint32_t connections;
  uint32_t flows;
  uint32_t affinity_entries;
};

// One listening TCP socket, shared by all threads.
struct TcpListener {
  TcpListener(Fd socket, int of, std::shared_ptr<Choice> whose)
      : fd(std::move(socket)), family(of), choice(std::move(whose)) {}
  Fd fd;
  const int family;  // of its clients and backends
  std::shared_ptr<Choice> choice;
  // Connections inherit the listener's filter, which has nothing more to say about them.
  std::atomic<bool> filtered = false;
};

class Connection;

// One thread's share of all TCP connections. The thread's network namespace is where backends are dialled.
class TcpRelay {
 public:
  TcpRelay(EventLoop& loop, Counters& counters, const PumpLimits& limits);
  ~TcpRelay();

  void Accept(std::shared_ptr<TcpListener> listener);
  void Forget(const std::shared_ptr<TcpListener>& listener);
  void EndAllTo(const Address& address);
  // Ends the connections to backends of `choice` whose clients are not admitted to them any more.
  void EndRefused(const Choice& choice);

 private:
  friend class Connection;
  class Acceptor;
  void Take(Acceptor& acceptor);
  void Pause(Acceptor& acceptor);
  void Resume(Acceptor& acceptor);
  bool HaveSocketToDial(int family);
  Fd SocketToDial(int family);

  EventLoop& loop_;
  Counters& counters_;
  const PumpLimits limits_;
  RelayTools tools_;
  // Had before a client is accepted: one that cannot be dialled for is better left in the queue.
  Fd next_dial_;
  int next_dial_family_ = AF_INET;
  DeadlineList quick_dials_, last_dials_, paused_;
  std::unordered_set<Connection*> open_;
  std::unordered_map<const TcpListener*, std::unique_ptr<Acceptor>> acceptors_;
};

}  // namespace tiphys::pump
