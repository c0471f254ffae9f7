// A container's log in CRI format: `2016-10-06T00:17:09.669794202Z stdout F text`, where P marks a part of
// a line that goes on (KEP "CRI logging"; lines are split at 16 KiB as containerd does).
#pragma once

#include <stddef.h>
#include <stdint.h>

#define LOG_LINE_MAX (16 * 1024)

struct log {
  int fd;
  char *path;
  uint64_t size;
  uint64_t max_size;   // rotates before a line would cross it; 0: never
  uint32_t max_files;  // the current one included
};

// What a stream wrote since its last newline.
struct log_line {
  const char *stream;  // "stdout" or "stderr"
  char *bytes;
  size_t length;
};

int log_open(struct log *log, const char *path, uint64_t max_size, uint32_t max_files);
void log_write(struct log *log, struct log_line *line, const char *bytes, size_t length);
// The stream ended: what is left becomes a part without its end.
void log_end(struct log *log, struct log_line *line);
int log_reopen(struct log *log);
void log_close(struct log *log);
