#include "loop.h"

#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>

#define BATCH 32

static int epoll_fd = -1;
// What the current turn still has to handle; a watcher that goes away meanwhile is struck out.
static struct epoll_event batch[BATCH];
static int batch_count;

void loop_init(void) {
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) _exit(70);
}

int loop_watch(struct watcher *watcher, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = watcher};
  return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, watcher->fd, &event);
}

int loop_change(struct watcher *watcher, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = watcher};
  return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, watcher->fd, &event);
}

void loop_unwatch(struct watcher *watcher) {
  epoll_ctl(epoll_fd, EPOLL_CTL_DEL, watcher->fd, NULL);
  for (int i = 0; i < batch_count; i++) {
    if (batch[i].data.ptr == watcher) batch[i].data.ptr = NULL;
  }
}

void loop_turn(void) {
  int count = epoll_wait(epoll_fd, batch, BATCH, -1);
  if (count < 0) {
    if (errno != EINTR) _exit(71);
    return;
  }
  batch_count = count;
  for (int i = 0; i < count; i++) {
    struct watcher *watcher = batch[i].data.ptr;
    if (watcher) watcher->ready(watcher, batch[i].events);
  }
  batch_count = 0;
}
