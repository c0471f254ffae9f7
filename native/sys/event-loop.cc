#include "event-loop.h"

#include <sys/eventfd.h>
#include <time.h>

#include <algorithm>
#include <array>

namespace tiphys::pump {
namespace {

constexpr size_t kEventsAtOnce = 256;

}  // namespace

int64_t MonotonicMs() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void DeadlineList::Touch(Timed& timed, int64_t now_ms) {
  Remove(timed);
  timed.deadline_ms = now_ms + period_ms_;
  timed.previous = ends_.previous;
  timed.next = &ends_;
  ends_.previous->next = &timed;
  ends_.previous = &timed;
}

void DeadlineList::Remove(Timed& timed) {
  if (timed.next == nullptr) return;
  timed.previous->next = timed.next;
  timed.next->previous = timed.previous;
  timed.previous = timed.next = nullptr;
}

Result<std::unique_ptr<EventLoop>> EventLoop::Create() {
  Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return LastError("epoll_create1", "");
  Fd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return LastError("eventfd", "");
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) < 0) return LastError("epoll_ctl", "eventfd");
  return std::unique_ptr<EventLoop>(new EventLoop(std::move(epoll), std::move(wake)));
}

void EventLoop::Run() {
  std::array<epoll_event, kEventsAtOnce> events;
  now_ms_ = MonotonicMs();
  while (!stopping_) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), Timeout());
    now_ms_ = MonotonicMs();
    for (int i = 0; i < count; ++i) {
      auto* handler = static_cast<Handler*>(events[i].data.ptr);
      if (handler != nullptr) handler->OnEvents(events[i].events);
      else RunCommands();
    }
    for (DeadlineList* list : lists_)
      for (Timed* timed = list->First(); timed != nullptr && timed->deadline_ms <= now_ms_; timed = list->First()) {
        DeadlineList::Remove(*timed);
        timed->OnDeadline();
      }
    RunLater();
  }
  while (!later_.empty()) RunLater();
}

void EventLoop::RunLater() {
  std::vector<std::function<void()>> later;
  later.swap(later_);
  for (const auto& run : later) run();
}

void EventLoop::Stop() {
  stopping_ = true;
  Post([] {});
}

void EventLoop::Post(std::function<void()> command) {
  {
    const std::lock_guard lock(mutex_);
    commands_.push_back(std::move(command));
  }
  const uint64_t one = 1;
  (void)!::write(wake_.get(), &one, sizeof one);
}

// A command may end what another event of this round is about, so commands run when the round is over.
void EventLoop::RunCommands() {
  uint64_t count = 0;
  (void)!::read(wake_.get(), &count, sizeof count);
  const std::lock_guard lock(mutex_);
  for (auto& command : commands_) later_.push_back(std::move(command));
  commands_.clear();
}

bool EventLoop::Add(int fd, uint32_t events, Handler& handler) {
  epoll_event event{.events = events, .data = {.ptr = &handler}};
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::Remove(int fd) { (void)::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

void EventLoop::Close(Fd& fd) {
  if (fd) Remove(fd.get());
  fd = Fd();
}

int EventLoop::Timeout() const {
  if (!later_.empty()) return 0;
  int64_t first = -1;
  for (DeadlineList* list : lists_)
    if (const Timed* timed = list->First(); timed != nullptr)
      first = first < 0 ? timed->deadline_ms : std::min(first, timed->deadline_ms);
  if (first < 0) return -1;
  return static_cast<int>(std::max<int64_t>(0, first - now_ms_ + 4));  // the coarse clock ticks every 4 ms
}

}  // namespace tiphys::pump
