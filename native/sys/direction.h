// One direction of a relayed TCP connection: bytes from one socket to another, copied while they are few and
// spliced through a pipe while they are many (splice(2)). Both sockets are non-blocking and edge-triggered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "fd.h"

namespace tiphys::pump {

inline constexpr size_t kScratchBytes = 64 * 1024;

struct Pipe {
  Fd read, write;
};

// Pipes are made once and lent to directions that have bulk in flight.
class PipePool {
 public:
  bool Take(Pipe& pipe);
  void Give(Pipe pipe);

 private:
  std::vector<Pipe> free_;
};

struct RelayTools {
  PipePool pipes;
  std::unique_ptr<char[]> scratch = std::make_unique<char[]>(kScratchBytes);
};

class Direction {
 public:
  enum class Outcome {
    kBlocked,   // waits for an event
    kAgain,     // used up its turn with more to do
    kFinished,  // end of input relayed
    kReadFailed,
    kWriteFailed,
  };

  void SetReadable() { readable_ = true; }
  void SetWritable() { writable_ = true; }
  // The peer has sent its FIN: a short read is not the end of what can be read now.
  void SetHangup() { readable_ = hangup_ = true; }

  // `close_follows`: the caller closes `to` right after the end, so no shutdown is needed.
  Outcome Run(int from, int to, RelayTools& tools, bool close_follows);
  bool ended() const { return ended_; }
  void Abandon() { ended_ = true; }

 private:
  enum class Step { kMore, kBlocked, kEnd, kReadFailed, kWriteFailed };
  Step Flush(int to, RelayTools& tools);
  Step Copy(int from, int to, RelayTools& tools);
  Step Splice(int from, RelayTools& tools);

  bool readable_ = false, writable_ = false, hangup_ = false, input_over_ = false, ended_ = false;
  uint8_t large_reads_ = 0;
  uint32_t piped_ = 0, held_at_ = 0, held_size_ = 0;
  size_t turn_ = 0;
  Pipe pipe_;
  std::unique_ptr<char[]> held_;  // what did not fit into `to`
};

}  // namespace tiphys::pump
