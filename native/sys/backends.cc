#include "backends.h"

#include <algorithm>
#include <random>

namespace tiphys::pump {
namespace {

// Which backend is no secret: a fast generator, seeded once a thread.
uint32_t RandomBelow(uint32_t bound) {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_int_distribution<uint32_t>(0, bound - 1)(generator);
}

}  // namespace

bool Backends::Contains(const Endpoint& endpoint) const {
  return std::find(endpoints.begin(), endpoints.end(), endpoint) != endpoints.end();
}

bool Backends::Admits(const Address& client) const {
  return allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [&client](const AddressRange& range) {
    return range.first <= client && client <= range.last;
  });
}

bool Backends::Admits(const Address& client, size_t endpoint) const {
  if (admitted.empty() || !admitted[endpoint]) return true;
  const auto& ranges = *admitted[endpoint];
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), client,
                                      [](const Address& value, const AddressRange& range) { return value < range.first; });
  return after != ranges.begin() && client <= std::prev(after)->last;
}

bool Backends::StillAdmits(const Address& client, const Endpoint& endpoint) const {
  const auto at = std::find(endpoints.begin(), endpoints.end(), endpoint);
  return at == endpoints.end() || Admits(client, static_cast<size_t>(at - endpoints.begin()));
}

size_t Backends::NextAdmitted(const Address& client, size_t start, size_t offset) const {
  while (offset < endpoints.size() && !Admits(client, (start + offset) % endpoints.size())) ++offset;
  return offset;
}

void Choice::Put(std::shared_ptr<const Backends> backends) {
  const std::lock_guard lock(mutex_);
  if (backends->affinity_seconds == 0) kept_.clear();
  backends_ = std::move(backends);
  ++generation_;
}

std::shared_ptr<const Backends> Choice::Current() const {
  const std::lock_guard lock(mutex_);
  return backends_;
}

std::optional<Choice::Picked> Choice::Pick(const Address& client, int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (!backends_->Admits(client)) return std::nullopt;
  const auto& endpoints = backends_->endpoints;
  if (backends_->affinity_seconds > 0) {
    const auto found = kept_.find(client);
    if (found != kept_.end() && now_ms - found->second.used_ms < int64_t{backends_->affinity_seconds} * 1000) {
      const auto at = std::find(endpoints.begin(), endpoints.end(), found->second.endpoint);
      const auto index = static_cast<size_t>(at - endpoints.begin());
      if (at != endpoints.end() && backends_->Admits(client, index)) {
        found->second.used_ms = now_ms;
        return Picked{backends_, index};
      }
    }
  }
  const size_t start = RandomBelow(static_cast<uint32_t>(endpoints.size()));
  const size_t offset = backends_->NextAdmitted(client, start, 0);
  if (offset == endpoints.size()) return std::nullopt;
  return Picked{backends_, (start + offset) % endpoints.size()};
}

void Choice::Remember(const Address& client, const Backends& from, const Endpoint& reached, int64_t now_ms) {
  if (from.affinity_seconds == 0) return;
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= affinity_limit_ && !kept_.contains(client)) {
    const int64_t oldest = now_ms - int64_t{from.affinity_seconds} * 1000;
    std::erase_if(kept_, [oldest](const auto& entry) { return entry.second.used_ms <= oldest; });
    if (kept_.size() >= affinity_limit_) kept_.erase(kept_.begin());
  }
  kept_[client] = {reached, now_ms};
}

}  // namespace tiphys::pump
