// Bytes on their way from one descriptor to a log and to any number of sinks. A sink that cannot take more
// pauses its stream: what writes too fast is held back, nothing is buffered without bound, nothing is lost.
#pragma once

#include "log.h"
#include "loop.h"

struct sink {
  struct watcher watcher;
  struct stream *stream;
  struct sink *next;
  char *pending;
  size_t length;
};

struct stream {
  struct watcher watcher;
  struct sink *sinks;
  struct log *log;  // NULL: none
  struct log_line line;
  int paused;
  // Called once, when the source ended; may free the stream.
  void (*ended)(struct stream *stream, void *owner);
  void *owner;
};

// Takes `fd`, also when it fails; made non-blocking. `name` is "stdout" or "stderr" where there is a log.
int stream_start(struct stream *stream, int fd, struct log *log, const char *name);
// Takes `fd`, also when it fails.
int stream_add_sink(struct stream *stream, int fd);
// Reads what is there now, the last a process wrote included, without waiting for more.
void stream_drain(struct stream *stream);
// Ends what is still open: the log's last line, the sinks, the source.
void stream_stop(struct stream *stream);
