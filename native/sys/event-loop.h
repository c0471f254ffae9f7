// One thread's epoll loop: edge-triggered handlers, posted commands, deadlines, deferred deletion.
#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "fd.h"
#include "result.h"

namespace tiphys::pump {

class Handler {
 public:
  virtual ~Handler() = default;
  virtual void OnEvents(uint32_t events) = 0;
};

// Something that is given up unless it is touched in time. Lists of one period stay sorted by themselves.
struct Timed {
  virtual ~Timed() = default;
  virtual void OnDeadline() = 0;
  Timed* previous = nullptr;
  Timed* next = nullptr;
  int64_t deadline_ms = 0;
};

class DeadlineList {
 public:
  explicit DeadlineList(int64_t period_ms) : period_ms_(period_ms) { ends_.previous = ends_.next = &ends_; }
  void Touch(Timed& timed, int64_t now_ms);  // adds it, or moves it to the end
  static void Remove(Timed& timed);
  Timed* First() { return ends_.next == &ends_ ? nullptr : ends_.next; }

 private:
  struct Ends : Timed {
    void OnDeadline() override {}
  } ends_;
  const int64_t period_ms_;
};

class EventLoop {
 public:
  static Result<std::unique_ptr<EventLoop>> Create();

  // Runs until Stop. Everything below but Post and Stop is for the running thread only.
  void Run();
  void Stop();
  void Post(std::function<void()> command);

  bool Add(int fd, uint32_t events, Handler& handler);
  void Remove(int fd);
  // Closing alone does not end the events of a socket that a child has inherited and not yet closed by its exec
  // (epoll(7), Q6), and they would name a handler that is gone.
  void Close(Fd& fd);
  int64_t now_ms() const { return now_ms_; }
  void Watch(DeadlineList& list) { lists_.push_back(&list); }
  // Runs after the events at hand, before the next are waited for.
  void Later(std::function<void()> run) { later_.push_back(std::move(run)); }

 private:
  EventLoop(Fd epoll, Fd wake) : epoll_(std::move(epoll)), wake_(std::move(wake)) {}
  int Timeout() const;
  void RunCommands();
  void RunLater();

  Fd epoll_, wake_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<std::function<void()>> commands_;  // under mutex_
  std::vector<std::function<void()>> later_;
  std::vector<DeadlineList*> lists_;
  int64_t now_ms_ = 0;
};

int64_t MonotonicMs();

}  // namespace tiphys::pump
