#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "descriptors.h"
#include "loop.h"

static struct watcher listener = {.fd = -1};
static struct watcher daemon_end = {.fd = -1};
static void (*handle)(const struct message *message);
static void (*hung_up)(void);

static void hang_up(void) {
  if (daemon_end.fd < 0) return;
  loop_unwatch(&daemon_end);
  close(daemon_end.fd);
  daemon_end.fd = -1;
  hung_up();
}

// A plan too large for one message arrives as a sealed memfd in its place.
static void handle_large(const struct header *header, int fd) {
  struct stat info;
  if (fstat(fd, &info) < 0 || info.st_size <= 0 || info.st_size > MAX_PLAN) {
    channel_reply(header->type, header->request, EMSGSIZE, NULL, 0, NULL, 0);
    return;
  }
  size_t length = (size_t)info.st_size;
  void *bytes = mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED) {
    channel_reply(header->type, header->request, (uint32_t)errno, NULL, 0, NULL, 0);
    return;
  }
  struct message message = {.type = header->type, .request = header->request, .bytes = bytes, .length = length};
  handle(&message);
  munmap(bytes, length);
}

static void daemon_ready(struct watcher *watcher, uint32_t events) {
  (void)events;
  static uint8_t buffer[sizeof(struct header) + MAX_MESSAGE] __attribute__((aligned(8)));
  int fds[MAX_DESCRIPTORS];
  size_t count;
  ssize_t received = receive_with_descriptors(watcher->fd, buffer, sizeof buffer, fds, &count);
  if (received < 0 && (errno == EAGAIN || errno == EINTR)) return;
  struct header header;
  if (received < (ssize_t)sizeof header) {
    hang_up();
    while (count) close(fds[--count]);
    return;
  }
  memcpy(&header, buffer, sizeof header);
  if (header.version != PROTOCOL_VERSION || header.length != (size_t)received - sizeof header) {
    channel_reply(header.type, header.request, EPROTO, NULL, 0, NULL, 0);
  } else if (count && header.length == 0) {
    handle_large(&header, fds[0]);
  } else {
    struct message message = {header.type, header.request, buffer + sizeof header, header.length};
    handle(&message);
  }
  while (count) close(fds[--count]);
}

static void use(int fd) {
  hang_up();
  int size = 4 * MAX_MESSAGE;
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  daemon_end = (struct watcher){.ready = daemon_ready, .fd = fd};
  if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0 || loop_watch(&daemon_end, EPOLLIN) < 0) {
    close(fd);
    daemon_end.fd = -1;
  }
}

static void listener_ready(struct watcher *watcher, uint32_t events) {
  (void)events;
  int fd = accept4(watcher->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0 || peer.uid != geteuid()) {
    close(fd);
    return;
  }
  use(fd);
}

void channel_init(int inherited, const char *socket_path, void (*on_message)(const struct message *message),
                  void (*on_hang_up)(void)) {
  handle = on_message;
  hung_up = on_hang_up;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(socket_path) >= sizeof address.sun_path) _exit(72);
  strcpy(address.sun_path, socket_path);
  listener = (struct watcher){.ready = listener_ready, .fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (listener.fd < 0 || bind(listener.fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener.fd, 4) < 0 ||
      loop_watch(&listener, EPOLLIN) < 0) {
    _exit(73);
  }
  use(inherited);
}

static void send_message(const struct header *header, const void *body, const int *fds, size_t count) {
  if (daemon_end.fd < 0) return;
  ssize_t sent = send_with_descriptors(daemon_end.fd, header, sizeof *header, body, header->length, fds, count);
  // A daemon that does not read is hung up on; it finds everything in the list when it connects again.
  if (sent < 0) hang_up();
}

void channel_reply(uint16_t type, uint32_t request, uint32_t error, const void *body, size_t length, const int *fds, size_t count) {
  struct header header = {PROTOCOL_VERSION, type, request, (uint32_t)length, error};
  send_message(&header, body, fds, count);
}

void channel_event(uint16_t type, const void *body, size_t length) {
  struct header header = {PROTOCOL_VERSION, type, 0, (uint32_t)length, 0};
  send_message(&header, body, NULL, 0);
}
