#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "fd.h"
#include "result.h"

namespace tiphys {

struct Packet {
  std::vector<unsigned char> bytes;
  std::vector<Fd> descriptors;
};

struct Connection {
  Fd socket;
  pid_t peer;  // who listens (SO_PEERCRED)
};

// Connects to a SOCK_SEQPACKET unix socket, non-blocking from then on. ECONNREFUSED: nobody listens.
Result<Connection> ConnectSeqpacket(const std::string& path);

// The same for a SOCK_STREAM one, whose bytes have no borders.
Result<Fd> ConnectStream(const std::string& path);

// EAGAIN when the peer does not read. `descriptor` -1: none.
Result<> SendPacket(int socket, const void* bytes, size_t length, int descriptor);

// EAGAIN when nothing is there; an empty packet is the end. Of a stream: what is there, and its end.
Result<Packet> ReceivePacket(int socket, size_t limit);

}  // namespace tiphys
