// The containers of this pod.
#pragma once

#include "channel.h"
#include "plan-context.h"
#include "process.h"
#include "stream.h"

#define MAX_CONTAINERS 1024

struct container {
  struct process init;  // first, so that one is the other
  struct container *next;
  char id[ID_LENGTH];
  uint32_t request;  // START that waits for its reply
  uint32_t flags;    // of enum process_flags
  uint32_t owner;
  int oom_file;      // the cgroup's counter, -1 without one
  int stdin_fd;      // write end of its standard input, -1 without one
  struct log log;
  struct stream out;
  struct stream err;
  uint64_t started_ns;
  struct exit_record exit;
};

struct container *container_find(const char *id);
void container_start(struct pod *pod, const struct message *message);
void container_list(const struct message *message);
void container_delete(const struct message *message);
void container_reopen_log(const struct message *message);
void container_attach(const struct message *message);
