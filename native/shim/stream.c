#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define CHUNK (64 * 1024)
#define DRAIN_MAX (16 * 1024 * 1024)

static char chunk[CHUNK];

static void update_pause(struct stream *stream) {
  int pending = 0;
  for (struct sink *sink = stream->sinks; sink; sink = sink->next) pending |= sink->length != 0;
  if (stream->watcher.fd < 0 || pending == stream->paused) return;
  stream->paused = pending;
  if (pending) {
    loop_unwatch(&stream->watcher);
  } else {
    loop_watch(&stream->watcher, EPOLLIN);
  }
}

static void drop_sink(struct sink *sink) {
  struct stream *stream = sink->stream;
  struct sink **link = &stream->sinks;
  while (*link != sink) link = &(*link)->next;
  *link = sink->next;
  loop_unwatch(&sink->watcher);
  close(sink->watcher.fd);
  free(sink->pending);
  free(sink);
  update_pause(stream);
}

// 0, or -1 when the sink is gone.
static int sink_write(struct sink *sink, const char *bytes, size_t length) {
  while (length) {
    ssize_t written = write(sink->watcher.fd, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno != EAGAIN) {
      drop_sink(sink);
      return -1;
    }
    if (written < 0) break;
    bytes += written;
    length -= (size_t)written;
  }
  if (length && bytes != sink->pending) {
    char *pending = malloc(length);
    if (!pending) {
      drop_sink(sink);
      return -1;
    }
    memcpy(pending, bytes, length);
    free(sink->pending);
    sink->pending = pending;
  } else if (!length) {
    free(sink->pending);
    sink->pending = NULL;
  }
  sink->length = length;
  loop_change(&sink->watcher, length ? EPOLLOUT : 0);
  return 0;
}

static void sink_ready(struct watcher *watcher, uint32_t events) {
  struct sink *sink = (struct sink *)watcher;
  struct stream *stream = sink->stream;
  if (events & (EPOLLERR | EPOLLHUP)) {
    drop_sink(sink);
  } else if (sink->length && sink_write(sink, sink->pending, sink->length) == 0) {
    update_pause(stream);
  }
}

static void end(struct stream *stream) {
  stream_stop(stream);
  if (stream->ended) stream->ended(stream, stream->owner);
}

// 1: read some, 0: nothing there now, -1: at its end.
static int read_once(struct stream *stream) {
  ssize_t length = read(stream->watcher.fd, chunk, sizeof chunk);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (length <= 0) return -1;  // EIO is the end of a terminal
  if (stream->log) log_write(stream->log, &stream->line, chunk, (size_t)length);
  struct sink *next;
  for (struct sink *sink = stream->sinks; sink; sink = next) {
    next = sink->next;
    sink_write(sink, chunk, (size_t)length);
  }
  return 1;
}

static void stream_ready(struct watcher *watcher, uint32_t events) {
  (void)events;
  struct stream *stream = (struct stream *)watcher;
  if (read_once(stream) < 0) {
    end(stream);
  } else {
    update_pause(stream);
  }
}

int stream_start(struct stream *stream, int fd, struct log *log, const char *name) {
  stream->watcher = (struct watcher){.ready = stream_ready, .fd = fd};
  stream->log = log;
  stream->line.stream = name;
  int flags = fcntl(fd, F_GETFL);
  if (flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) >= 0 && loop_watch(&stream->watcher, EPOLLIN) >= 0) return 0;
  int error = errno;
  if (fd >= 0) close(fd);
  stream->watcher.fd = -1;
  errno = error;
  return -1;
}

int stream_add_sink(struct stream *stream, int fd) {
  struct sink *sink = calloc(1, sizeof *sink);
  int flags = fcntl(fd, F_GETFL);
  if (!sink || flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
    free(sink);
    close(fd);
    return -1;
  }
  *sink = (struct sink){.watcher = {.ready = sink_ready, .fd = fd}, .stream = stream, .next = stream->sinks};
  stream->sinks = sink;
  if (loop_watch(&sink->watcher, 0) == 0) return 0;
  drop_sink(sink);
  return -1;
}

void stream_drain(struct stream *stream) {
  size_t budget = DRAIN_MAX / CHUNK;
  while (stream->watcher.fd >= 0 && !stream->paused && budget--) {
    int state = read_once(stream);
    if (state < 0) {
      end(stream);
      return;
    }
    if (state == 0) return;
    update_pause(stream);
  }
}

void stream_stop(struct stream *stream) {
  if (stream->log) log_end(stream->log, &stream->line);
  while (stream->sinks) {
    stream->sinks->length = 0;
    drop_sink(stream->sinks);
  }
  if (stream->watcher.fd < 0) return;
  if (!stream->paused) loop_unwatch(&stream->watcher);
  close(stream->watcher.fd);
  stream->watcher.fd = -1;
}
