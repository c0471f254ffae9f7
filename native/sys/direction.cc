#include "direction.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace tiphys::pump {
namespace {

constexpr size_t kPipeBytes = 512 * 1024;
constexpr size_t kLargeRead = 16 * 1024;
// Splicing costs three system calls more than copying: only streams that keep coming get a pipe.
constexpr uint8_t kLargeReadsBeforeSplice = 3;
constexpr size_t kTurnBytes = 1024 * 1024;
constexpr size_t kPooledPipes = 64;

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

bool PipePool::Take(Pipe& pipe) {
  if (!free_.empty()) {
    pipe = std::move(free_.back());
    free_.pop_back();
    return true;
  }
  int fds[2];
  if (::pipe2(fds, O_NONBLOCK | O_CLOEXEC) < 0) return false;
  pipe = {Fd(fds[0]), Fd(fds[1])};
  (void)::fcntl(fds[0], F_SETPIPE_SZ, kPipeBytes);  // the default works too, only slower
  return true;
}

void PipePool::Give(Pipe pipe) {
  if (free_.size() < kPooledPipes) free_.push_back(std::move(pipe));
}

Direction::Outcome Direction::Run(int from, int to, RelayTools& tools, bool close_follows) {
  if (ended_) return Outcome::kFinished;
  for (turn_ = 0; turn_ < kTurnBytes;) {
    Step step = Flush(to, tools);
    if (step == Step::kMore && input_over_) {
      ended_ = true;
      if (!close_follows && ::shutdown(to, SHUT_WR) < 0) return Outcome::kWriteFailed;
      return Outcome::kFinished;
    }
    if (step == Step::kMore) {
      if (!readable_) return Outcome::kBlocked;
      const bool bulk = large_reads_ >= kLargeReadsBeforeSplice && (pipe_.read || tools.pipes.Take(pipe_));
      step = bulk ? Splice(from, tools) : Copy(from, to, tools);
    }
    switch (step) {
      case Step::kMore: break;
      case Step::kBlocked: return Outcome::kBlocked;
      case Step::kEnd: input_over_ = true; break;
      case Step::kReadFailed: return Outcome::kReadFailed;
      case Step::kWriteFailed: return Outcome::kWriteFailed;
    }
  }
  return Outcome::kAgain;
}

// kMore: nothing is left of what was read.
Direction::Step Direction::Flush(int to, RelayTools& tools) {
  while (held_size_ > 0) {
    if (!writable_) return Step::kBlocked;
    const ssize_t sent = ::send(to, held_.get() + held_at_, held_size_, MSG_NOSIGNAL);
    if (sent < 0 && WouldBlock()) writable_ = false;
    else if (sent < 0) return Step::kWriteFailed;
    else held_at_ += sent, held_size_ -= sent;
  }
  held_.reset();
  while (piped_ > 0) {
    if (!writable_) return Step::kBlocked;
    const ssize_t sent = ::splice(pipe_.read.get(), nullptr, to, nullptr, piped_, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (sent < 0 && WouldBlock()) writable_ = false;
    else if (sent <= 0) return Step::kWriteFailed;
    else piped_ -= sent;
  }
  if (!readable_ && pipe_.read) tools.pipes.Give(std::move(pipe_));
  return Step::kMore;
}

Direction::Step Direction::Splice(int from, RelayTools& tools) {
  const ssize_t got =
      ::splice(from, nullptr, pipe_.write.get(), nullptr, kPipeBytes, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (got > 0) {
    piped_ = static_cast<uint32_t>(got);
    turn_ += got;
    if (static_cast<size_t>(got) < kLargeRead) --large_reads_;
    return Step::kMore;
  }
  tools.pipes.Give(std::move(pipe_));
  if (got == 0) return Step::kEnd;
  if (!WouldBlock()) return Step::kReadFailed;
  readable_ = false;
  return Step::kBlocked;
}

Direction::Step Direction::Copy(int from, int to, RelayTools& tools) {
  const ssize_t got = ::recv(from, tools.scratch.get(), kScratchBytes, 0);
  if (got == 0) return Step::kEnd;
  if (got < 0 && WouldBlock()) {
    readable_ = false;
    return Step::kBlocked;
  }
  if (got < 0) return Step::kReadFailed;
  turn_ += got;
  const bool large = static_cast<size_t>(got) >= kLargeRead;
  large_reads_ = large ? large_reads_ + 1 : 0;
  if (static_cast<size_t>(got) < kScratchBytes && !hangup_) readable_ = false;
  ssize_t sent = writable_ ? ::send(to, tools.scratch.get(), got, MSG_NOSIGNAL) : 0;
  if (sent < 0 && !WouldBlock()) return Step::kWriteFailed;
  if (sent < 0) sent = 0;
  if (sent < got) {
    writable_ = false;
    held_size_ = static_cast<uint32_t>(got - sent);
    held_at_ = 0;
    held_.reset(new char[held_size_]);
    std::memcpy(held_.get(), tools.scratch.get() + sent, held_size_);
    return Step::kBlocked;
  }
  return Step::kMore;
}

}  // namespace tiphys::pump
