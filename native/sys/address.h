// An address of IPv4 or of IPv6, and where a socket is bound or connected to.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace tiphys {

// In host byte order; one of IPv4 as IPv6 writes it (RFC 4291, 2.5.5.2): of one family they compare as numbers do.
struct Address {
  uint64_t high = 0, low = 0;
  auto operator<=>(const Address&) const = default;

  static constexpr Address OfIpv4(uint32_t address) { return {0, uint64_t{0xffff} << 32 | address}; }
  static Address OfBytes(const uint8_t* bytes, int family);
  constexpr bool is_ipv4() const { return high == 0 && low >> 32 == 0xffff; }
  constexpr int family() const { return is_ipv4() ? AF_INET : AF_INET6; }
  constexpr uint32_t ipv4() const { return static_cast<uint32_t>(low); }
};

struct AddressHash {
  size_t operator()(const Address& address) const noexcept {
    return (address.high ^ (address.low * 0x9e3779b97f4a7c15)) * 0xbf58476d1ce4e5b9;
  }
};

// As packets and netlink(7) have it: 4 or 16 bytes.
class AddressBytes {
 public:
  explicit AddressBytes(const Address& address);
  const uint8_t* data() const { return bytes_.data(); }
  size_t size() const { return size_; }

 private:
  std::array<uint8_t, 16> bytes_{};
  size_t size_;
};

std::optional<Address> ParseAddress(const std::string& text);
std::string ToString(const Address& address);

struct Endpoint {
  Address address;
  uint16_t port;  // host byte order
  bool operator==(const Endpoint&) const = default;
};

struct EndpointHash {
  size_t operator()(const Endpoint& endpoint) const noexcept { return AddressHash()(endpoint.address) + endpoint.port; }
};

// `10.0.0.1:80`, `[fd00::1]:80`.
std::string ToString(const Endpoint& endpoint);

// What the socket calls take and fill in.
class SocketAddress {
 public:
  SocketAddress() : ipv6_{} {}
  explicit SocketAddress(const Endpoint& endpoint);
  Endpoint endpoint() const;
  sockaddr* get() { return &any_; }
  const sockaddr* get() const { return &any_; }
  socklen_t size() const { return any_.sa_family == AF_INET ? sizeof ipv4_ : sizeof ipv6_; }
  static constexpr socklen_t kRoom = sizeof(sockaddr_in6);

 private:
  union {
    sockaddr any_;
    sockaddr_in ipv4_;
    sockaddr_in6 ipv6_;
  };
};

}  // namespace tiphys
