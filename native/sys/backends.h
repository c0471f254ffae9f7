// Where connections to one service port may go: an immutable set, swapped as a whole, and the choice among it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "bound-socket.h"

namespace tiphys::pump {

// Both ends included.
struct AddressRange {
  Address first, last;
};
// Sorted and apart; nothing: every address.
using Admitted = std::optional<std::vector<AddressRange>>;

struct Backends {
  std::vector<Endpoint> endpoints;   // never empty: without endpoints there is no listener
  uint32_t affinity_seconds = 0;     // 0: every connection is chosen anew
  std::vector<AddressRange> allowed; // empty: every source
  std::vector<Admitted> admitted;    // one an endpoint, or empty: whoever is admitted reaches them all
  Admitted answered;                 // others are dropped before they are connected
  bool Contains(const Endpoint& endpoint) const;
  bool Admits(const Address& client) const;
  bool Admits(const Address& client, size_t endpoint) const;
  // Whether a client that once reached an endpoint may go on; one that is no backend any more keeps its clients.
  bool StillAdmits(const Address& client, const Endpoint& endpoint) const;
  // How far after `start`, from `offset` on and around, is the next endpoint that the client may reach; the number
  // of endpoints when there is none.
  size_t NextAdmitted(const Address& client, size_t start, size_t offset) const;
};

// Remembers which backend a client address was given, while affinity lasts. Shared by all threads.
class Choice {
 public:
  explicit Choice(size_t affinity_limit) : affinity_limit_(affinity_limit) {}

  void Put(std::shared_ptr<const Backends> backends);
  std::shared_ptr<const Backends> Current() const;
  // Another one after each Put.
  uint64_t generation() const { return generation_; }

  struct Picked {
    std::shared_ptr<const Backends> from;
    size_t index;
  };
  // Nothing when the client is not admitted, or to none of the backends.
  std::optional<Picked> Pick(const Address& client, int64_t now_ms);
  // The backend that a client really reached: later connections follow it.
  void Remember(const Address& client, const Backends& from, const Endpoint& reached, int64_t now_ms);

 private:
  struct Kept {
    Endpoint endpoint;
    int64_t used_ms;
  };
  std::atomic<uint64_t> generation_ = 0;
  mutable std::mutex mutex_;
  std::shared_ptr<const Backends> backends_;
  std::unordered_map<Address, Kept, AddressHash> kept_;
  const size_t affinity_limit_;
};

}  // namespace tiphys::pump
