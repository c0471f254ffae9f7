#include "pump.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>

#include <future>

#include "source-filter.h"

namespace tiphys::pump {
namespace {

constexpr int kBacklog = 4096;

// Accepted sockets inherit these, which saves calls a connection.
void PrepareListener(int fd) {
  const int on = 1, idle_seconds = 120, interval_seconds = 15, probes = 8;
  (void)::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  (void)::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  (void)::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof idle_seconds);
  (void)::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_seconds, sizeof interval_seconds);
  (void)::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

// Without a filter, who is not admitted is connected and then reset: as far from a backend, only less like a router.
void Filter(TcpListener& listener, const Admitted& answered) {
  auto attached = AttachFilter(listener.fd.get(), listener.family, answered);
  listener.filtered = attached && *attached;
}

// A thread that signals are never delivered to, living in `netns` for good.
Result<std::thread> StartThread(int netns, EventLoop& loop) {
  std::promise<int> entered;
  auto result = entered.get_future();
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread([netns, &loop, &entered] {
    ::pthread_setname_np(::pthread_self(), "tiphys-pump");
    const int code = netns >= 0 && ::setns(netns, CLONE_NEWNET) < 0 ? errno : 0;
    entered.set_value(code);
    if (code == 0) loop.Run();
  });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (const int code = result.get(); code != 0) {
    thread.join();
    return Error{code, "setns", "service netns"};
  }
  return thread;
}

}  // namespace

Result<std::unique_ptr<Pump>> Pump::Start(int netns, unsigned threads, PumpLimits limits) {
  std::unique_ptr<Pump> pump(new Pump(limits));
  for (unsigned i = 0; i < threads; ++i) {
    auto loop = EventLoop::Create();
    if (!loop) return loop.error();
    auto worker = std::make_unique<Worker>(std::move(*loop), pump->counters_, pump->limits_);
    auto thread = StartThread(netns, *worker->loop);
    if (!thread) return thread.error();
    worker->thread = std::move(*thread);
    pump->workers_.push_back(std::move(worker));
  }
  return pump;
}

Pump::~Pump() {
  for (const auto& worker : workers_) worker->loop->Stop();
  for (const auto& worker : workers_) worker->thread.join();
}

Result<uint32_t> Pump::Listen(Protocol protocol, int netns, Endpoint at, Backends backends) {
  const bool tcp = protocol == Protocol::kTcp;
  auto fd = tcp ? ListenTcp(netns, at, kBacklog) : BindUdp(netns, at);
  if (!fd) return fd.error();
  const uint32_t id = ++last_id_;
  auto choice = std::make_shared<Choice>(limits_.affinity_entries);
  Listener listener{choice, nullptr};
  if (tcp) {
    PrepareListener((*fd).get());
    listener.tcp = std::make_shared<TcpListener>(std::move(*fd), at.address.family(), choice);
    Filter(*listener.tcp, backends.answered);
  }
  choice->Put(std::make_shared<const Backends>(std::move(backends)));
  if (tcp) {
    for (const auto& worker : workers_)
      worker->loop->Post([&relay = worker->tcp, shared = listener.tcp] { relay.Accept(shared); });
  } else {
    auto socket = std::make_shared<Fd>(std::move(*fd));
    UdpWorker(id).loop->Post([&relay = UdpWorker(id).udp, id, socket, choice] {
      relay.Serve(id, std::move(*socket), choice);
    });
  }
  listeners_.emplace(id, std::move(listener));
  return id;
}

void Pump::Put(uint32_t id, Backends backends) {
  const auto found = listeners_.find(id);
  if (found == listeners_.end()) return;
  const auto& [choice, tcp] = found->second;
  const bool restricted = !backends.admitted.empty();
  if (tcp != nullptr) Filter(*tcp, backends.answered);
  choice->Put(std::make_shared<const Backends>(std::move(backends)));
  if (tcp == nullptr) {
    UdpWorker(id).loop->Post([&relay = UdpWorker(id).udp, id] { relay.Flush(id); });
  } else if (restricted) {
    for (const auto& worker : workers_)
      worker->loop->Post([&relay = worker->tcp, choice = choice] { relay.EndRefused(*choice); });
  }
}

void Pump::Close(uint32_t id) {
  const auto found = listeners_.find(id);
  if (found == listeners_.end()) return;
  if (const auto tcp = found->second.tcp) {
    (void)::shutdown(tcp->fd.get(), SHUT_RDWR);  // no longer listening, and its port can be had again
    for (const auto& worker : workers_) worker->loop->Post([&relay = worker->tcp, tcp] { relay.Forget(tcp); });
  } else {
    // Waited for, so that the port is free when this returns.
    std::promise<void> closed;
    UdpWorker(id).loop->Post([&relay = UdpWorker(id).udp, id, &closed] {
      relay.Forget(id);
      closed.set_value();
    });
    closed.get_future().wait();
  }
  listeners_.erase(found);
}

void Pump::EndAllTo(const Address& address) {
  for (const auto& worker : workers_) worker->loop->Post([&relay = worker->tcp, address] { relay.EndAllTo(address); });
}

}  // namespace tiphys::pump
