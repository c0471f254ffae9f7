#include "tcp-relay.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

#include "source-filter.h"

namespace tiphys::pump {
namespace {

constexpr int kDialAttempts = 4;
// With another backend left to try, a second is long; the last one may need two SYN retransmissions.
constexpr int64_t kQuickDialMs = 1000;
constexpr int64_t kLastDialMs = 3500;
// Without descriptors clients wait in the listener's queue; connections end all the time.
constexpr int64_t kPauseMs = 50;
constexpr int kAcceptsAtOnce = 32;
constexpr uint32_t kEdges = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

// Makes close() send RST: the peer learns that its connection failed rather than ended.
void ResetOnClose(int fd) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  (void)::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

Fd NewSocketToDial(int family) {
  Fd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fd;
  const int on = 1;
  (void)::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ReportIcmpErrors(fd.get(), family, true);
  return fd;
}

Fd StartDial(Fd fd, const Endpoint& to) {
  if (!fd) return fd;
  const SocketAddress address(to);
  if (::connect(fd.get(), address.get(), address.size()) < 0 && errno != EINPROGRESS)
    return Fd();
  return fd;
}

}  // namespace

class Connection : public Timed {
 public:
  Connection(TcpRelay& relay, Fd client, const Address& address, std::shared_ptr<Choice> choice, Choice::Picked picked)
      : relay_(relay), client_(*this, std::move(client)), backend_(*this, Fd()), choice_(std::move(choice)),
        client_address_(address) {
    dial_.reset(new Dial{std::move(picked)});
    relay_.open_.insert(this);
    ++relay_.counters_.open_connections;
  }
  ~Connection() override {
    DeadlineList::Remove(*this);
    --relay_.counters_.open_connections;
  }

  // Dials the first backend, or the next after one failed; gives the client RST when none is left.
  void DialNext() {
    const auto& [from, start] = dial_->picked;
    const size_t count = from->endpoints.size();
    while (dial_->tried < kDialAttempts && dial_->offset < count) {
      dialled_ = from->endpoints[(start + dial_->offset) % count];
      ++dial_->tried;
      dial_->offset = from->NextAdmitted(client_address_, start, dial_->offset + 1);
      backend_.fd = StartDial(relay_.SocketToDial(dialled_.address.family()), dialled_);
      if (!backend_.fd || !relay_.loop_.Add(backend_.fd.get(), kEdges, backend_)) continue;
      const bool another = dial_->tried < kDialAttempts && dial_->offset < count;
      (another ? relay_.quick_dials_ : relay_.last_dials_).Touch(*this, relay_.loop_.now_ms());
      return;
    }
    ++relay_.counters_.undeliverable;
    Close(true);
  }

  void OnDeadline() override { NextBackend(); }

  void EndIfTo(const Address& address) {
    if (closed_ || dialled_.address != address) return;
    if (dial_ != nullptr) NextBackend();
    else Close(true);
  }

  void EndIfRefused(const Choice& choice, const Backends& now) {
    if (!closed_ && choice_.get() == &choice && !now.StillAdmits(client_address_, dialled_)) Close(true);
  }

 private:
  struct Side : Handler {
    Side(Connection& owner, Fd socket) : connection(owner), fd(std::move(socket)) {}
    void OnEvents(uint32_t events) override { connection.OnEvents(*this, events); }
    Connection& connection;
    Fd fd;
    Direction from_here;  // what this side sends to the other
  };
  struct Dial {
    Choice::Picked picked;
    int tried = 0;
    size_t offset = 0;  // of the next to try, from the one that was picked
  };

  void OnEvents(Side& side, uint32_t events) {
    if (closed_) return;
    if (dial_ != nullptr) return OnDialled(events);
    Note(side, events);
    // An error after this side's end was relayed shows in no read any more.
    if ((events & EPOLLERR) && side.from_here.ended()) return Close(true);
    Relay();
  }

  // Each is told once: what is not noted is never heard of again.
  void Note(Side& side, uint32_t events) {
    Side& other = &side == &client_ ? backend_ : client_;
    if (events & EPOLLOUT) other.from_here.SetWritable();
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) side.from_here.SetHangup();
    else if (events & EPOLLIN) side.from_here.SetReadable();
  }

  void OnDialled(uint32_t events) {
    const int code = ConnectError(backend_.fd.get());
    if (code != 0 || !(events & EPOLLOUT)) return NextBackend();
    DeadlineList::Remove(*this);
    ReportIcmpErrors(backend_.fd.get(), dialled_.address.family(), false);
    choice_->Remember(client_address_, *dial_->picked.from, dialled_, relay_.loop_.now_ms());
    dial_.reset();
    // A backend that speaks first may have spoken.
    Note(backend_, events);
    // The first request is usually there already; the events of the client's socket tell the rest.
    client_.from_here.SetReadable();
    backend_.from_here.SetWritable();
    if (!relay_.loop_.Add(client_.fd.get(), kEdges, client_)) return Close(true);
    Relay();
  }

  void NextBackend() {
    if (closed_ || dial_ == nullptr) return;
    DeadlineList::Remove(*this);
    relay_.loop_.Close(backend_.fd);
    DialNext();
  }

  void Relay() {
    const bool more_up = Move(client_, backend_);
    if (closed_) return;
    const bool more_down = Move(backend_, client_);
    if (closed_) return;
    if (client_.from_here.ended() && backend_.from_here.ended()) return Close(write_failed_);
    if ((more_up || more_down) && !queued_) {
      queued_ = true;
      relay_.loop_.Later([this] {
        queued_ = false;
        if (!closed_) Relay();
      });
    }
  }

  // True when there is more to do right away.
  bool Move(Side& from, Side& to) {
    if (from.from_here.ended()) return false;
    switch (from.from_here.Run(from.fd.get(), to.fd.get(), relay_.tools_, to.from_here.ended())) {
      case Direction::Outcome::kAgain: return true;
      case Direction::Outcome::kBlocked:
      case Direction::Outcome::kFinished: return false;
      case Direction::Outcome::kReadFailed: Close(true); return false;
      // What the other side already said is still worth delivering: an early refusal of a long upload.
      case Direction::Outcome::kWriteFailed:
        write_failed_ = true;
        from.from_here.Abandon();
        to.from_here.SetHangup();
        return true;
    }
    return false;
  }

  void Close(bool reset) {
    closed_ = true;
    DeadlineList::Remove(*this);
    if (reset && client_.fd) ResetOnClose(client_.fd.get());
    if (reset && backend_.fd) ResetOnClose(backend_.fd.get());
    relay_.loop_.Close(client_.fd);
    relay_.loop_.Close(backend_.fd);
    relay_.open_.erase(this);
    // Other events of this round may still name it, and so may what it queued itself before.
    relay_.loop_.Later([this] { delete this; });
  }

  TcpRelay& relay_;
  Side client_, backend_;
  std::unique_ptr<Dial> dial_;
  const std::shared_ptr<Choice> choice_;
  const Address client_address_;
  Endpoint dialled_{};
  bool closed_ = false, write_failed_ = false, queued_ = false;
};

class TcpRelay::Acceptor : public Handler, public Timed {
 public:
  Acceptor(TcpRelay& relay, std::shared_ptr<TcpListener> from) : listener(std::move(from)), relay_(relay) {}
  ~Acceptor() override { DeadlineList::Remove(*this); }
  void OnEvents(uint32_t) override { relay_.Take(*this); }
  void OnDeadline() override { relay_.Resume(*this); }
  const std::shared_ptr<TcpListener> listener;

 private:
  TcpRelay& relay_;
};

TcpRelay::TcpRelay(EventLoop& loop, Counters& counters, const PumpLimits& limits)
    : loop_(loop),
      counters_(counters),
      limits_(limits),
      quick_dials_(kQuickDialMs),
      last_dials_(kLastDialMs),
      paused_(kPauseMs) {
  loop_.Watch(quick_dials_);
  loop_.Watch(last_dials_);
  loop_.Watch(paused_);
}

TcpRelay::~TcpRelay() {
  for (Connection* connection : open_) delete connection;
}

void TcpRelay::Accept(std::shared_ptr<TcpListener> listener) {
  auto& acceptor = acceptors_[listener.get()];
  acceptor = std::make_unique<Acceptor>(*this, std::move(listener));
  Resume(*acceptor);
}

void TcpRelay::Forget(const std::shared_ptr<TcpListener>& listener) {
  loop_.Remove(listener->fd.get());
  acceptors_.erase(listener.get());
}

void TcpRelay::EndAllTo(const Address& address) {
  const std::vector<Connection*> all(open_.begin(), open_.end());  // ending one takes it out of the set
  for (Connection* connection : all) connection->EndIfTo(address);
}

void TcpRelay::EndRefused(const Choice& choice) {
  const auto now = choice.Current();
  const std::vector<Connection*> all(open_.begin(), open_.end());
  for (Connection* connection : all) connection->EndIfRefused(choice, *now);
}

void TcpRelay::Take(Acceptor& acceptor) {
  TcpListener& listener = *acceptor.listener;
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    if (!HaveSocketToDial(listener.family)) return Pause(acceptor);
    SocketAddress from;
    socklen_t size = SocketAddress::kRoom;
    Fd client(::accept4(listener.fd.get(), from.get(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!client) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) Pause(acceptor);
      // Shut down by its owner, who will also say Forget; until then it would be reported without end.
      else if (errno == EINVAL) loop_.Remove(listener.fd.get());
      return;
    }
    if (listener.filtered) DetachFilter(client.get());
    ++counters_.connections;
    if (counters_.open_connections >= limits_.connections) {
      ++counters_.over_limit;
      ResetOnClose(client.get());
      continue;
    }
    const Address address = from.endpoint().address;
    auto picked = listener.choice->Pick(address, loop_.now_ms());
    if (!picked) {
      ResetOnClose(client.get());
      continue;
    }
    (new Connection(*this, std::move(client), address, listener.choice, std::move(*picked)))->DialNext();
  }
}

void TcpRelay::Pause(Acceptor& acceptor) {
  ++counters_.pauses;
  loop_.Remove(acceptor.listener->fd.get());
  paused_.Touch(acceptor, loop_.now_ms());
}

void TcpRelay::Resume(Acceptor& acceptor) {
  loop_.Add(acceptor.listener->fd.get(), EPOLLIN | EPOLLEXCLUSIVE, acceptor);
}

bool TcpRelay::HaveSocketToDial(int family) {
  if (next_dial_ && next_dial_family_ == family) return true;
  next_dial_ = NewSocketToDial(family);
  next_dial_family_ = family;
  return static_cast<bool>(next_dial_);
}

Fd TcpRelay::SocketToDial(int family) {
  return next_dial_ && next_dial_family_ == family ? std::move(next_dial_) : NewSocketToDial(family);
}

}  // namespace tiphys::pump
