// Listening and bound sockets in a chosen network namespace.
#pragma once

#include "address.h"
#include "fd.h"
#include "result.h"

namespace tiphys {

// Non-blocking and CLOEXEC. SO_REUSEADDR, so that TIME_WAIT of an earlier listener is no hindrance; one of IPv6 is of
// IPv6 only, beside one of IPv4 at the same port.
Result<Fd> ListenTcp(int netns, Endpoint at, int backlog);
Result<Fd> BindUdp(int netns, Endpoint at);

// Starts connecting; the socket turns writable when it is decided.
Result<Fd> StartConnect(int netns, Endpoint to);

// An ICMP error that arrives while connect() still runs, as it does between namespaces of one machine, is
// only noted as soft, and the next SYN is a second away. The error queue (ip(7), IP_RECVERR) has it at once:
// asked for before connecting, given up once connected.
void ReportIcmpErrors(int fd, int family, bool on);

// 0 once connected, or the errno it failed with.
int ConnectError(int fd);

}  // namespace tiphys
