// Listening and bound sockets in a chosen network namespace.
#pragma once

#include <cstdint>

#include "fd.h"
#include "result.h"

namespace tiphys {

struct Endpoint {
  uint32_t address;  // network byte order
  uint16_t port;     // host byte order
  bool operator==(const Endpoint&) const = default;
};

std::string ToString(Endpoint endpoint);

// Non-blocking and CLOEXEC. SO_REUSEADDR, so that TIME_WAIT of an earlier listener is no hindrance.
Result<Fd> ListenTcp(int netns, Endpoint at, int backlog);
Result<Fd> BindUdp(int netns, Endpoint at);

// Starts connecting; the socket turns writable when it is decided.
Result<Fd> StartConnect(int netns, Endpoint to);

// An ICMP error that arrives while connect() still runs, as it does between namespaces of one machine, is
// only noted as soft, and the next SYN is a second away. The error queue (ip(7), IP_RECVERR) has it at once:
// asked for before connecting, given up once connected.
void ReportIcmpErrors(int fd, bool on);

// 0 once connected, or the errno it failed with.
int ConnectError(int fd);

}  // namespace tiphys
