// Load for the bench of DNS: `dns IP MS WINDOW SERVICES` asks for A records of web-0 ... in turn, WINDOW at a
// time from one socket, and prints how many were answered, how many with an address, and how many were lost.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { kSlots = 32, kBytes = 1500, kWaitMs = 200 };
static unsigned char out[kSlots][kBytes], in[kSlots][kBytes];

static void die(const char *what) { perror(what), exit(1); }
static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000ll + t.tv_nsec / 1000;
}
static unsigned char *label(unsigned char *at, const char *text) {
  const size_t size = strlen(text);
  *at = (unsigned char)size;
  memcpy(at + 1, text, size);
  return at + 1 + size;
}
static size_t question(unsigned char *to, uint16_t id, unsigned service) {
  char name[16];
  snprintf(name, sizeof name, "web-%u", service);
  const unsigned char header[12] = {(unsigned char)(id >> 8), (unsigned char)id, 1, 0, 0, 1};
  memcpy(to, header, sizeof header);
  unsigned char *at = label(label(label(label(label(to + 12, name), "default"), "svc"), "cluster"), "local");
  const unsigned char end[5] = {0, 0, 1, 0, 1};
  memcpy(at, end, sizeof end);
  return (size_t)(at + sizeof end - to);
}

int main(int argc, char **argv) {
  if (argc != 5) return fputs("usage: dns IP MS WINDOW SERVICES\n", stderr), 2;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
  if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) die(argv[1]);
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), window = atoi(argv[3]), services = atoi(argv[4]);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  struct mmsghdr sent[kSlots] = {0}, got[kSlots] = {0};
  struct iovec sent_at[kSlots], got_at[kSlots];
  for (int i = 0; i < kSlots; i++) {
    sent_at[i].iov_base = out[i], got_at[i] = (struct iovec){in[i], kBytes};
    sent[i].msg_hdr.msg_iov = &sent_at[i], sent[i].msg_hdr.msg_iovlen = 1;
    got[i].msg_hdr.msg_iov = &got_at[i], got[i].msg_hdr.msg_iovlen = 1;
  }
  const int64_t began = now_us(), end = began + atoi(argv[2]) * 1000ll;
  uint64_t asked = 0, answered = 0, good = 0, lost = 0;
  while (now_us() < end) {
    while ((int64_t)(asked - answered - lost) < window) {
      int many = window - (int)(asked - answered - lost);
      if (many > kSlots) many = kSlots;
      for (int i = 0; i < many; i++)
        sent_at[i].iov_len = question(out[i], (uint16_t)(asked + (uint64_t)i), (unsigned)((asked + (uint64_t)i) % (uint64_t)services));
      const int done = sendmmsg(fd, sent, (unsigned)many, 0);
      if (done <= 0) break;
      asked += (uint64_t)done;
    }
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    if (poll(&readable, 1, kWaitMs) == 0) lost = asked - answered;
    const int count = recvmmsg(fd, got, kSlots, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) good += (in[i][3] & 15) == 0 && in[i][7] > 0;
    if (count > 0) answered += (uint64_t)count;
  }
  printf("{\"answered\":%llu,\"good\":%llu,\"lost\":%llu,\"us\":%lld}\n", (unsigned long long)answered,
         (unsigned long long)good, (unsigned long long)lost, (long long)(now_us() - began));
  return 0;
}
