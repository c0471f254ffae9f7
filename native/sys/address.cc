#include "address.h"

#include <arpa/inet.h>

#include <cstring>

namespace tiphys {

Address Address::OfBytes(const uint8_t* bytes, int family) {
  if (family == AF_INET) {
    uint32_t wire;
    std::memcpy(&wire, bytes, sizeof wire);
    return OfIpv4(ntohl(wire));
  }
  uint64_t high, low;
  std::memcpy(&high, bytes, sizeof high);
  std::memcpy(&low, bytes + sizeof high, sizeof low);
  return {__builtin_bswap64(high), __builtin_bswap64(low)};
}

AddressBytes::AddressBytes(const Address& address) : size_(address.is_ipv4() ? 4 : 16) {
  if (address.is_ipv4()) {
    const uint32_t wire = htonl(address.ipv4());
    std::memcpy(bytes_.data(), &wire, sizeof wire);
    return;
  }
  const uint64_t high = __builtin_bswap64(address.high), low = __builtin_bswap64(address.low);
  std::memcpy(bytes_.data(), &high, sizeof high);
  std::memcpy(bytes_.data() + sizeof high, &low, sizeof low);
}

std::optional<Address> ParseAddress(const std::string& text) {
  uint8_t bytes[16];
  const int family = text.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (::inet_pton(family, text.c_str(), bytes) != 1) return std::nullopt;
  return Address::OfBytes(bytes, family);
}

std::string ToString(const Address& address) {
  char text[INET6_ADDRSTRLEN];
  return ::inet_ntop(address.family(), AddressBytes(address).data(), text, sizeof text);
}

std::string ToString(const Endpoint& endpoint) {
  const std::string address = ToString(endpoint.address);
  return (endpoint.address.is_ipv4() ? address : "[" + address + "]") + ":" + std::to_string(endpoint.port);
}

SocketAddress::SocketAddress(const Endpoint& endpoint) : ipv6_{} {
  const AddressBytes bytes(endpoint.address);
  if (endpoint.address.is_ipv4()) {
    ipv4_ = {.sin_family = AF_INET, .sin_port = htons(endpoint.port), .sin_addr = {}};
    std::memcpy(&ipv4_.sin_addr, bytes.data(), bytes.size());
  } else {
    ipv6_.sin6_family = AF_INET6;
    ipv6_.sin6_port = htons(endpoint.port);
    std::memcpy(&ipv6_.sin6_addr, bytes.data(), bytes.size());
  }
}

Endpoint SocketAddress::endpoint() const {
  if (any_.sa_family == AF_INET) return {Address::OfIpv4(ntohl(ipv4_.sin_addr.s_addr)), ntohs(ipv4_.sin_port)};
  return {Address::OfBytes(ipv6_.sin6_addr.s6_addr, AF_INET6), ntohs(ipv6_.sin6_port)};
}

}  // namespace tiphys
