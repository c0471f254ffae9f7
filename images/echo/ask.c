/*
 * Who answers, for tests of networks: asks all at once and says the address of each that did, one a line.
 *
 *   ask tcp|udp PORT MILLISECONDS ADDRESS...
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_ADDRESSES 256

static const char question[] = "GET /hostname HTTP/1.0\r\n\r\n";
static struct pollfd asked[MAX_ADDRESSES];

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Nothing is waited for any more. */
static void give_up(struct pollfd* one) {
  if (one->fd >= 0) close(one->fd);
  one->fd = -1;
}

static void start(struct pollfd* one, int type, const char* text, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  one->fd = -1;
  if (inet_pton(AF_INET, text, &address.sin_addr) != 1) return;
  one->fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);
  one->events = POLLOUT;
  if (connect(one->fd, (struct sockaddr*)&address, sizeof address) < 0 && errno != EINPROGRESS) give_up(one);
}

/* True once it has answered. */
static int go_on(struct pollfd* one) {
  char answer[512];
  if (one->fd < 0 || one->revents == 0) return 0;
  if (one->events == POLLOUT && !(one->revents & (POLLERR | POLLHUP))) {
    one->events = POLLIN;
    if (send(one->fd, question, sizeof question - 1, MSG_NOSIGNAL) < 0) give_up(one);
    return 0;
  }
  const int heard = one->events == POLLIN && recv(one->fd, answer, sizeof answer, 0) > 0;
  give_up(one);
  return heard;
}

int main(int count, char** words) {
  if (count < 5 || count - 4 > MAX_ADDRESSES) return 2;
  const int type = strcmp(words[1], "udp") == 0 ? SOCK_DGRAM : SOCK_STREAM;
  const nfds_t addresses = (nfds_t)count - 4;
  const long deadline = now_ms() + atol(words[3]);
  for (nfds_t i = 0; i < addresses; ++i) start(&asked[i], type, words[i + 4], atoi(words[2]));
  for (;;) {
    nfds_t waiting = 0;
    for (nfds_t i = 0; i < addresses; ++i) waiting += asked[i].fd >= 0;
    const long left = deadline - now_ms();
    if (waiting == 0 || left <= 0) return 0;
    if (poll(asked, addresses, (int)left) < 0 && errno != EINTR) return 1;
    for (nfds_t i = 0; i < addresses; ++i)
      if (go_on(&asked[i])) puts(words[i + 4]);
  }
}
