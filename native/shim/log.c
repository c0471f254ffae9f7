#include "log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"

#define HEAD_LENGTH 40
#define OUT_SIZE (64 * 1024)
#define PATH_LIMIT 4096

static char out[OUT_SIZE];
static size_t out_length;

static int open_file(const char *path) {
  return open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);
}

// A full disk loses lines, whole ones; it must not stop the container.
static void flush_out(struct log *log) {
  size_t done = 0;
  while (log->fd >= 0 && done < out_length) {
    ssize_t written = write(log->fd, out + done, out_length - done);
    if (written <= 0) break;
    done += (size_t)written;
  }
  size_t whole = done;
  while (whole && out[whole - 1] != '\n') whole--;
  log->size += whole;
  if (whole < done && ftruncate(log->fd, (off_t)log->size) < 0) log->size += done - whole;
  out_length = 0;
}

static void rotated_name(char *name, const char *path, uint32_t number) { snprintf(name, PATH_LIMIT, "%s.%u", path, number); }

// path.N-1 goes, path.i becomes path.i+1, path becomes path.1.
static void rotate(struct log *log) {
  char from[PATH_LIMIT];
  char to[PATH_LIMIT];
  flush_out(log);
  if (log->max_files <= 1) {
    unlink(log->path);
  } else {
    for (uint32_t i = log->max_files - 1; i > 1; i--) {
      rotated_name(from, log->path, i - 1);
      rotated_name(to, log->path, i);
      rename(from, to);
    }
    rotated_name(to, log->path, 1);
    rename(log->path, to);
  }
  log_reopen(log);
}

static void put(struct log *log, const char *stream, char tag, const char *head, size_t head_length, const char *bytes,
                size_t length) {
  size_t total = HEAD_LENGTH + head_length + length + 1;
  if (log->max_size && log->size + out_length + total > log->max_size && log->size + out_length > 0) rotate(log);
  if (out_length + total > OUT_SIZE) flush_out(log);
  char *at = out + out_length;
  at += clock_format(at);
  *at++ = ' ';
  memcpy(at, stream, 6);
  at += 6;
  *at++ = ' ';
  *at++ = tag;
  *at++ = ' ';
  if (head_length) memcpy(at, head, head_length);
  at += head_length;
  memcpy(at, bytes, length);
  at += length;
  *at++ = '\n';
  out_length = (size_t)(at - out);
}

static void keep(struct log_line *line, const char *bytes, size_t length) {
  if (!length) return;
  if (!line->bytes) line->bytes = malloc(LOG_LINE_MAX);
  if (!line->bytes) return;
  memcpy(line->bytes + line->length, bytes, length);
  line->length += length;
}

static void forget(struct log_line *line) {
  free(line->bytes);
  line->bytes = NULL;
  line->length = 0;
}

void log_write(struct log *log, struct log_line *line, const char *bytes, size_t length) {
  const char *end = bytes + length;
  while (bytes < end) {
    size_t left = (size_t)(end - bytes);
    size_t room = LOG_LINE_MAX - line->length;
    size_t reach = left < room ? left : room;
    // One byte further than the room: a line of exactly 16 KiB is whole.
    const char *newline = memchr(bytes, '\n', reach < left ? reach + 1 : reach);
    if (newline) {
      put(log, line->stream, 'F', line->bytes, line->length, bytes, (size_t)(newline - bytes));
      if (line->length) forget(line);
      bytes = newline + 1;
    } else if (left > room) {
      put(log, line->stream, 'P', line->bytes, line->length, bytes, room);
      if (line->length) forget(line);
      bytes += room;
    } else {
      keep(line, bytes, left);
      bytes = end;
    }
  }
  flush_out(log);
}

void log_end(struct log *log, struct log_line *line) {
  if (line->length) {
    put(log, line->stream, 'P', line->bytes, line->length, "", 0);
    flush_out(log);
  }
  forget(line);
}

int log_open(struct log *log, const char *path, uint64_t max_size, uint32_t max_files) {
  struct stat info;
  log->fd = open_file(path);
  log->path = strdup(path);
  log->max_size = max_size;
  log->max_files = max_files;
  if (log->fd < 0 || !log->path || fstat(log->fd, &info) < 0) return -1;
  log->size = (uint64_t)info.st_size;
  return 0;
}

int log_reopen(struct log *log) {
  struct stat info;
  int fd = open_file(log->path);
  if (fd < 0) return -1;
  close(log->fd);
  log->fd = fd;
  log->size = fstat(fd, &info) == 0 ? (uint64_t)info.st_size : 0;
  return 0;
}

void log_close(struct log *log) {
  if (log->fd >= 0) close(log->fd);
  free(log->path);
  log->fd = -1;
  log->path = NULL;
}
