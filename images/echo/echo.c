/*
 * A small server for tests: says who it is and who asked. TCP speaks HTTP/1.1 with keep-alive on $PORT
 * (8080), UDP on the same port answers "HOSTNAME PAYLOAD". One process, one thread, no allocation.
 *
 *   GET /hostname      HOSTNAME
 *   GET /healthz       ok
 *   GET /anything      hostname, client and path, one a line
 *
 * SIGTERM and SIGINT: no new connections; those there are get answers that say it is the last, until none is left
 * or all are silent for a second; then exit 0.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CONNECTIONS 512
#define MAX_REQUEST 8192
#define ADDRESS_TEXT (INET6_ADDRSTRLEN + 8)

struct connection {
  char client[ADDRESS_TEXT];
  char request[MAX_REQUEST + 1];
  size_t length;
};

static volatile sig_atomic_t stopping;
static char hostname[256];
static struct connection connections[MAX_CONNECTIONS];
static struct pollfd polled[MAX_CONNECTIONS + 2]; /* TCP listener, UDP socket, connections */
static nfds_t count = 2;

static void on_signal(int signal) {
  (void)signal;
  stopping = 1;
}

static void format_address(const struct sockaddr_storage* address, char* text) {
  char ip[INET6_ADDRSTRLEN] = "?";
  int port = 0;
  if (address->ss_family == AF_INET6) {
    const struct sockaddr_in6* v6 = (const struct sockaddr_in6*)address;
    port = ntohs(v6->sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
      inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], ip, sizeof ip);
    } else {
      inet_ntop(AF_INET6, &v6->sin6_addr, ip, sizeof ip);
    }
  } else if (address->ss_family == AF_INET) {
    const struct sockaddr_in* v4 = (const struct sockaddr_in*)address;
    port = ntohs(v4->sin_port);
    inet_ntop(AF_INET, &v4->sin_addr, ip, sizeof ip);
  }
  snprintf(text, ADDRESS_TEXT, strchr(ip, ':') ? "[%s]:%d" : "%s:%d", ip, port);
}

/* IPv6 with IPv4 mapped into it, or IPv4 alone where the kernel has no IPv6. */
static int listen_on(int type, uint16_t port) {
  const struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  const struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
  for (int attempt = 0; attempt < 2; ++attempt) {
    const int fd = socket(attempt == 0 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) continue;
    const int on = 1, off = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (type == SOCK_STREAM) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (attempt == 0) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    const struct sockaddr* address = attempt == 0 ? (const struct sockaddr*)&v6 : (const struct sockaddr*)&v4;
    if (bind(fd, address, attempt == 0 ? sizeof v6 : sizeof v4) == 0 && (type == SOCK_DGRAM || listen(fd, 512) == 0)) return fd;
    close(fd);
  }
  perror("echo: listen");
  exit(1);
}

/* False when the peer takes nothing for five seconds. */
static int send_all(int fd, const char* bytes, size_t length) {
  while (length > 0) {
    const ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) {
      struct pollfd writable = {.fd = fd, .events = POLLOUT};
      if (poll(&writable, 1, 5000) <= 0) return 0;
    } else if (sent < 0 && errno != EINTR) {
      return 0;
    } else if (sent > 0) {
      bytes += sent;
      length -= (size_t)sent;
    }
  }
  return 1;
}

/* Answers one request; true when the connection stays open for the next. */
static int answer(int fd, struct connection* connection, const char* head_end) {
  static char body[MAX_REQUEST + 1024];
  char header[256], method[16] = "", path[4096] = "";
  if (sscanf(connection->request, "%15s %4095s", method, path) != 2) return 0;
  if (strcmp(path, "/hostname") == 0) {
    snprintf(body, sizeof body, "%s\n", hostname);
  } else if (strcmp(path, "/healthz") == 0) {
    snprintf(body, sizeof body, "ok\n");
  } else {
    snprintf(body, sizeof body, "hostname: %s\nclient: %s\npath: %s\n", hostname, connection->client, path);
  }
  printf("%s %s %s\n", method, path, connection->client);
  const int plain = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
  const int keep = plain && !stopping && strcasestr(connection->request, "\r\nConnection: close") == NULL &&
                   strstr(connection->request, " HTTP/1.0\r\n") == NULL;
  const size_t length = strlen(body);
  const int head = snprintf(header, sizeof header,
                            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: %s\r\n\r\n",
                            length, keep ? "keep-alive" : "close");
  if (!send_all(fd, header, (size_t)head)) return 0;
  if (strcmp(method, "HEAD") != 0 && !send_all(fd, body, length)) return 0;
  const size_t used = (size_t)(head_end - connection->request);
  connection->length -= used;
  memmove(connection->request, head_end, connection->length + 1);
  return keep;
}

static int serve(int fd, struct connection* connection) {
  const ssize_t got = recv(fd, connection->request + connection->length, MAX_REQUEST - connection->length, 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return 0;
  connection->length += (size_t)got;
  connection->request[connection->length] = '\0';
  const char* end;
  while ((end = strstr(connection->request, "\r\n\r\n")) != NULL) {
    if (!answer(fd, connection, end + 4)) return 0;
  }
  return connection->length < MAX_REQUEST;
}

static void drop(nfds_t index) {
  close(polled[index].fd);
  --count;
  polled[index] = polled[count];
  memcpy(&connections[index - 2], &connections[count - 2], sizeof connections[0]);
}

static void serve_ready(void) {
  for (nfds_t i = count; i-- > 2;) {
    if (polled[i].revents != 0 && !serve(polled[i].fd, &connections[i - 2])) drop(i);
  }
}

/* False when nobody waits. */
static int accept_one(void) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  const int fd = accept4(polled[0].fd, (struct sockaddr*)&address, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return 0;
  if (count == MAX_CONNECTIONS + 2) {
    close(fd);
    return 1;
  }
  format_address(&address, connections[count - 2].client);
  connections[count - 2].length = 0;
  polled[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
  return 1;
}

static void answer_datagram(void) {
  struct sockaddr_storage from;
  socklen_t length = sizeof from;
  char datagram[2048], reply[2400], client[ADDRESS_TEXT];
  const ssize_t got = recvfrom(polled[1].fd, datagram, sizeof datagram - 1, 0, (struct sockaddr*)&from, &length);
  if (got < 0) return;
  datagram[got] = '\0';
  format_address(&from, client);
  printf("UDP %zd bytes %s\n", got, client);
  const int size = snprintf(reply, sizeof reply, "%s %s", hostname, datagram);
  sendto(polled[1].fd, reply, (size_t)size, 0, (struct sockaddr*)&from, length);
}

int main(void) {
  const char* port_text = getenv("PORT");
  const long port = port_text && *port_text ? strtol(port_text, NULL, 10) : 8080;
  if (port < 1 || port > 65535) {
    fprintf(stderr, "echo: PORT must be 1 to 65535\n");
    return 2;
  }
  gethostname(hostname, sizeof hostname - 1);
  setvbuf(stdout, NULL, _IOLBF, 0);
  const struct sigaction action = {.sa_handler = on_signal};
  sigset_t blocked, unblocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigaddset(&blocked, SIGINT);
  sigprocmask(SIG_BLOCK, &blocked, &unblocked);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  polled[0] = (struct pollfd){.fd = listen_on(SOCK_STREAM, (uint16_t)port), .events = POLLIN};
  polled[1] = (struct pollfd){.fd = listen_on(SOCK_DGRAM, (uint16_t)port), .events = POLLIN};
  printf("%s listening on %ld\n", hostname, port);
  while (!stopping) {
    if (ppoll(polled, count, NULL, &unblocked) < 0) continue; /* a signal; it is let in only here */
    serve_ready();
    if (polled[0].revents != 0) accept_one();
    if (polled[1].revents != 0) answer_datagram();
  }
  printf("%s stopping\n", hostname);
  while (accept_one()) continue;
  close(polled[0].fd);
  while (count > 2 && poll(polled + 2, count - 2, 1000) > 0) serve_ready();
  return 0;
}
