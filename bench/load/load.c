// Load for benches of the service proxy: `load serve IP PORT`, `load connections IP PORT MS PARALLEL`,
// `load bulk IP PORT MS FLOWS`, `load hold IP PORT MS CONNECTIONS` (idle ones) and `load datagrams IP PORT MS FLOWS`.
// A client says how many bytes it wants in 8 bytes, gets them and the end; datagrams come back as they were.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { kBuffer = 256 * 1024, kMaxFds = 65536, kReply = 1024, kBatch = 32, kDatagram = 64 };
static char buffer[kBuffer];
static uint64_t left[kMaxFds];

static void die(const char *what) { perror(what), exit(1); }
static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000ll + t.tv_nsec / 1000;
}
static struct sockaddr_in address_of(char **argv) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[3]))};
  if (inet_pton(AF_INET, argv[2], &a.sin_addr) != 1) die(argv[2]);
  return a;
}
static int stream(void) {
  const int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0 || fd >= kMaxFds) die("socket");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}
static void watch(int epoll, int fd, uint32_t events) {
  struct epoll_event e = {.events = events, .data = {.fd = fd}};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) < 0) die("epoll_ctl");
}

static void serve_one(int fd) {
  if (left[fd] == UINT64_MAX) {
    uint64_t wanted;
    const ssize_t got = read(fd, &wanted, sizeof wanted);
    if (got < 0 && errno == EAGAIN) return;
    if (got != sizeof wanted) { close(fd); return; }
    left[fd] = wanted;
  }
  while (left[fd] > 0) {
    const ssize_t sent = send(fd, buffer, left[fd] < kBuffer ? left[fd] : kBuffer, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return;
    if (sent <= 0) break;
    left[fd] -= (uint64_t)sent;
  }
  close(fd);
}

static int datagram(void) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (fd < 0) die("socket");
  return fd;
}

static void echo(int fd) {
  static char packets[kBatch][kDatagram];
  static struct sockaddr_in from[kBatch];
  struct mmsghdr headers[kBatch] = {0};
  struct iovec parts[kBatch];
  for (int i = 0; i < kBatch; i++) {
    parts[i] = (struct iovec){packets[i], kDatagram};
    headers[i].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &parts[i], .msg_iovlen = 1};
  }
  const int count = recvmmsg(fd, headers, kBatch, MSG_DONTWAIT, NULL);
  for (int i = 0; i < count; i++) parts[i].iov_len = headers[i].msg_len;
  if (count > 0) sendmmsg(fd, headers, (unsigned)count, MSG_DONTWAIT);
}

static _Noreturn void serve(char **argv) {
  struct sockaddr_in a = address_of(argv);
  const int udp = datagram();
  if (bind(udp, (struct sockaddr *)&a, sizeof a) < 0) die("bind");
  const int one = 1, listener = stream(), epoll = epoll_create1(0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&a, sizeof a) < 0 || listen(listener, 4096) < 0) die("listen");
  watch(epoll, listener, EPOLLIN);
  watch(epoll, udp, EPOLLIN);
  puts("ready"), fflush(stdout);
  for (struct epoll_event events[256];;) {
    const int count = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == udp) { echo(fd); continue; }
      if (fd != listener) { serve_one(fd); continue; }
      while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        left[fd] = UINT64_MAX;
        watch(epoll, fd, EPOLLIN | EPOLLOUT | EPOLLET);
      }
    }
  }
}

static void start(int epoll, const struct sockaddr_in *to) {
  const int fd = stream();
  if (connect(fd, (const struct sockaddr *)to, sizeof *to) < 0 && errno != EINPROGRESS) die("connect");
  left[fd] = 0;  // the request was not sent yet
  watch(epoll, fd, EPOLLIN | EPOLLOUT | EPOLLET);
}

static int report(uint64_t connections, uint64_t bytes, uint64_t failed, int64_t us) {
  printf("{\"connections\":%llu,\"bytes\":%llu,\"failed\":%llu,\"us\":%lld}\n", (unsigned long long)connections,
         (unsigned long long)bytes, (unsigned long long)failed, (long long)us);
  return 0;
}

static int ask(char **argv, int bulk) {
  const struct sockaddr_in to = address_of(argv);
  const int64_t began = now_us(), end = began + atoi(argv[4]) * 1000ll;
  const int epoll = epoll_create1(0);
  const uint64_t wanted = bulk ? UINT64_MAX - 1 : kReply;
  uint64_t connections = 0, bytes = 0, failed = 0;
  for (int i = 0; i < atoi(argv[5]); i++) start(epoll, &to);
  while (now_us() < end) {
    struct epoll_event events[256];
    const int count = epoll_wait(epoll, events, 256, 50);
    for (int i = 0; i < count; i++) {
      const int fd = events[i].data.fd;
      if (left[fd] == 0 && (events[i].events & EPOLLOUT) && write(fd, &wanted, sizeof wanted) == sizeof wanted) left[fd] = 1;
      ssize_t got;
      // A bulk flow never drains: others and the clock must have their turn.
      for (int turn = 0; (got = read(fd, buffer, kBuffer)) > 0 && turn < 64; turn++) bytes += (uint64_t)got;
      if (got > 0) {
        struct epoll_event again = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.fd = fd}};
        epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &again);
      } else if (got == 0 || errno != EAGAIN) {
        if (got == 0) connections++;
        else failed++;
        close(fd);
        start(epoll, &to);
      }
    }
  }
  return report(connections, bytes, failed, now_us() - began);
}

// Connections that say nothing, for as long as was asked.
static int hold(char **argv) {
  const struct sockaddr_in to = address_of(argv);
  const int count = atoi(argv[5]);
  for (int i = 0; i < count; i++) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof to) < 0) die("connect");
  }
  usleep((useconds_t)atoi(argv[4]) * 1000);
  return report((uint64_t)count, 0, 0, 0);
}

// Each flow keeps a batch of datagrams in flight; what is lost is sent again when nothing comes for a while.
static int exchange(char **argv) {
  const struct sockaddr_in to = address_of(argv);
  const int64_t began = now_us(), end = began + atoi(argv[4]) * 1000ll;
  const int epoll = epoll_create1(0), flows = atoi(argv[5]);
  uint64_t replies = 0;
  int fds[256];
  for (int i = 0; i < flows; i++) {
    fds[i] = datagram();
    if (connect(fds[i], (const struct sockaddr *)&to, sizeof to) < 0) die("connect");
    watch(epoll, fds[i], EPOLLIN);
    for (int n = 0; n < kBatch; n++) (void)!write(fds[i], buffer, kDatagram);
  }
  while (now_us() < end) {
    struct epoll_event events[64];
    const int count = epoll_wait(epoll, events, 64, 20);
    for (int i = 0; i < flows && count == 0; i++)
      for (int n = 0; n < kBatch; n++) (void)!write(fds[i], buffer, kDatagram);
    for (int i = 0; i < count; i++)
      for (int n = 0; n < kBatch && read(events[i].data.fd, buffer, kDatagram) > 0; n++) {
        replies++;
        (void)!write(events[i].data.fd, buffer, kDatagram);
      }
  }
  return report(replies, 0, 0, now_us() - began);
}

int main(int argc, char **argv) {
  if (argc == 4 && strcmp(argv[1], "serve") == 0) serve(argv);
  if (argc == 6 && strcmp(argv[1], "connections") == 0) return ask(argv, 0);
  if (argc == 6 && strcmp(argv[1], "bulk") == 0) return ask(argv, 1);
  if (argc == 6 && strcmp(argv[1], "hold") == 0) return hold(argv);
  if (argc == 6 && strcmp(argv[1], "datagrams") == 0) return exchange(argv);
  return fputs("usage: load serve|connections|bulk|hold|datagrams IP PORT [MS PARALLEL]\n", stderr), 2;
}
