// The shim's one event loop: epoll(7), level triggered.
#pragma once

#include <stdint.h>

struct watcher {
  void (*ready)(struct watcher *watcher, uint32_t events);
  int fd;
};

void loop_init(void);
int loop_watch(struct watcher *watcher, uint32_t events);
int loop_change(struct watcher *watcher, uint32_t events);
void loop_unwatch(struct watcher *watcher);
// Handles what is ready, waiting for it when nothing is.
void loop_turn(void);
