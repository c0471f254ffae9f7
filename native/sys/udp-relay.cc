#include "udp-relay.h"

#include <netinet/in.h>

#include <algorithm>

namespace tiphys::pump {
namespace {

// nf_conntrack_udp_timeout and nf_conntrack_udp_timeout_stream.
constexpr int64_t kUnrepliedMs = 30'000;
constexpr int64_t kStreamMs = 120'000;
constexpr int kBatchesAtOnce = 8;

Fd ConnectUdp(const Endpoint& to) {
  Fd fd(::socket(to.address.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fd;
  const SocketAddress address(to);
  if (::connect(fd.get(), address.get(), address.size()) < 0) return Fd();
  return fd;
}

}  // namespace

DatagramBatch::DatagramBatch() {
  for (unsigned i = 0; i < kSlots; ++i) {
    vectors_[i] = {bytes_.get() + i * kSlotBytes, kSlotBytes};
    headers_[i] = {};
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
}

int DatagramBatch::Receive(int fd) {
  for (unsigned i = 0; i < kSlots; ++i) {
    vectors_[i].iov_len = kSlotBytes;
    headers_[i].msg_hdr.msg_name = sources_[i].get();
    headers_[i].msg_hdr.msg_namelen = SocketAddress::kRoom;
  }
  const int count = ::recvmmsg(fd, headers_, kSlots, MSG_DONTWAIT, nullptr);
  if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
  for (int i = 0; i < count; ++i) vectors_[i].iov_len = headers_[i].msg_len;
  return count;
}

int DatagramBatch::Send(int fd, unsigned from, unsigned to, SocketAddress* to_address) {
  for (unsigned i = from; i < to; ++i) {
    headers_[i].msg_hdr.msg_name = to_address == nullptr ? nullptr : to_address->get();
    headers_[i].msg_hdr.msg_namelen = to_address == nullptr ? 0 : to_address->size();
  }
  return ::sendmmsg(fd, headers_ + from, to - from, MSG_DONTWAIT | MSG_NOSIGNAL);
}

class Flow : public Handler, public Timed {
 public:
  Flow(UdpService& service, UdpRelay& relay, const Endpoint& client, const Endpoint& backend, Fd fd)
      : service_(service), relay_(relay), client_(client), answer_to_(client), backend_(backend), fd_(std::move(fd)) {
    ++relay_.counters_.open_flows;
  }
  ~Flow() override {
    DeadlineList::Remove(*this);
    CloseSocket();
  }
  void OnEvents(uint32_t) override;
  void OnDeadline() override;
  void Touch() { (replied_ ? relay_.streams_ : relay_.unreplied_).Touch(*this, relay_.loop_.now_ms()); }
  const Endpoint& backend() const { return backend_; }
  const Endpoint& client() const { return client_; }
  int fd() const { return fd_.get(); }
  void CloseSocket() {
    if (fd_) --relay_.counters_.open_flows;
    relay_.loop_.Close(fd_);
  }

 private:
  UdpService& service_;
  UdpRelay& relay_;
  const Endpoint client_;
  SocketAddress answer_to_;
  const Endpoint backend_;
  Fd fd_;
  bool replied_ = false;
};

class UdpService : public Handler {
 public:
  UdpService(UdpRelay& relay, Fd socket, std::shared_ptr<Choice> choice)
      : relay_(relay), socket_(std::move(socket)), choice_(std::move(choice)) {
    relay_.loop_.Add(socket_.get(), EPOLLIN | EPOLLET, *this);
  }

  void OnEvents(uint32_t) override {
    for (int round = 0; round < kBatchesAtOnce; ++round) {
      const int count = relay_.batch_.Receive(socket_.get());
      if (count <= 0) return;
      // What was sent after a change must not follow a flow of before, whichever comes first: it or the command.
      if (choice_->generation() != generation_) Flush();
      for (int from = 0; from < count;) {
        const Endpoint client = relay_.batch_.source(from);
        int to = from + 1;
        while (to < count && relay_.batch_.source(to) == client) ++to;
        Forward(client, from, to);
        from = to;
      }
      if (count < static_cast<int>(DatagramBatch::kSlots)) return;
    }
    relay_.loop_.Later([alive = std::weak_ptr<UdpService*>(self_)] {
      if (const auto service = alive.lock()) (*service)->OnEvents(EPOLLIN);
    });
  }

  void End(Flow& flow) {
    const auto found = flows_.find(flow.client());
    if (found == flows_.end()) return;
    flow.CloseSocket();
    DeadlineList::Remove(flow);
    // Another event of this round may still name it.
    relay_.loop_.Later([ended = std::shared_ptr<Flow>(std::move(found->second))] {});
    flows_.erase(found);
  }

  void Flush() {
    generation_ = choice_->generation();
    const auto current = choice_->Current();
    std::vector<Flow*> stale;
    for (const auto& [key, flow] : flows_)
      if (!current->Contains(flow->backend()) || !current->StillAdmits(flow->client().address, flow->backend()))
        stale.push_back(flow.get());
    for (Flow* flow : stale) End(*flow);
  }

  void EndAll() {
    while (!flows_.empty()) End(*flows_.begin()->second);
    relay_.loop_.Close(socket_);
  }

  int socket() const { return socket_.get(); }

 private:
  void Forward(const Endpoint& client, unsigned from, unsigned to) {
    // A backend that refuses (ICMP unreachable on an earlier datagram) is given up for another, once.
    for (int attempt = 0; attempt < 2; ++attempt) {
      Flow* flow = FlowOf(client);
      if (flow == nullptr) return;
      flow->Touch();
      while (from < to) {
        const int sent = relay_.batch_.Send(flow->fd(), from, to, nullptr);
        if (sent < 0 && errno == EAGAIN) return;
        if (sent <= 0) break;
        from += static_cast<unsigned>(sent);
      }
      if (from == to) return;
      End(*flow);
    }
  }

  Flow* FlowOf(const Endpoint& client) {
    const auto found = flows_.find(client);
    if (found != flows_.end()) return found->second.get();
    if (relay_.counters_.open_flows >= relay_.limits_.flows && !Evict()) return nullptr;
    const auto picked = choice_->Pick(client.address, relay_.loop_.now_ms());
    if (!picked) return nullptr;
    const Endpoint backend = picked->from->endpoints[picked->index];
    Fd fd = ConnectUdp(backend);
    if (!fd) {
      ++relay_.counters_.undeliverable;
      return nullptr;
    }
    choice_->Remember(client.address, *picked->from, backend, relay_.loop_.now_ms());
    auto flow = std::make_unique<Flow>(*this, relay_, client, backend, std::move(fd));
    if (!relay_.loop_.Add(flow->fd(), EPOLLIN | EPOLLET, *flow)) return nullptr;
    return flows_.emplace(client, std::move(flow)).first->second.get();
  }

  // The flow that has waited longest, unanswered ones first.
  bool Evict() {
    ++relay_.counters_.over_limit;
    Timed* oldest = relay_.unreplied_.First();
    if (oldest == nullptr) oldest = relay_.streams_.First();
    if (oldest == nullptr) return false;  // all of them belong to other threads
    oldest->OnDeadline();
    return true;
  }

  UdpRelay& relay_;
  Fd socket_;
  std::shared_ptr<Choice> choice_;
  uint64_t generation_ = 0;
  std::unordered_map<Endpoint, std::unique_ptr<Flow>, EndpointHash> flows_;
  const std::shared_ptr<UdpService*> self_ = std::make_shared<UdpService*>(this);
};

void Flow::OnEvents(uint32_t) {
  if (!fd_) return;
  for (int round = 0; round < kBatchesAtOnce; ++round) {
    const int count = relay_.batch_.Receive(fd_.get());
    if (count < 0) return service_.End(*this);
    if (count == 0) return;
    replied_ = true;
    Touch();
    (void)relay_.batch_.Send(service_.socket(), 0, count, &answer_to_);  // a full socket drops, as a router would
    if (count < static_cast<int>(DatagramBatch::kSlots)) return;
  }
  // More is waiting, but others come first: made readable anew.
  relay_.loop_.Remove(fd_.get());
  relay_.loop_.Add(fd_.get(), EPOLLIN | EPOLLET, *this);
}

void Flow::OnDeadline() { service_.End(*this); }

UdpRelay::UdpRelay(EventLoop& loop, Counters& counters, const PumpLimits& limits)
    : loop_(loop), counters_(counters), limits_(limits), unreplied_(kUnrepliedMs), streams_(kStreamMs) {
  loop_.Watch(unreplied_);
  loop_.Watch(streams_);
}

UdpRelay::~UdpRelay() = default;

void UdpRelay::Serve(uint32_t id, Fd socket, std::shared_ptr<Choice> choice) {
  services_[id] = std::make_unique<UdpService>(*this, std::move(socket), std::move(choice));
}

void UdpRelay::Flush(uint32_t id) {
  if (const auto found = services_.find(id); found != services_.end()) found->second->Flush();
}

void UdpRelay::Forget(uint32_t id) {
  const auto found = services_.find(id);
  if (found == services_.end()) return;
  found->second->EndAll();
  services_.erase(found);
}

}  // namespace tiphys::pump
