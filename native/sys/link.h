// Links, addresses, routes and neighbours of either family over rtnetlink(7).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "address.h"
#include "netlink.h"
#include "result.h"

namespace tiphys::link {

using Mac = std::array<uint8_t, 6>;

struct Prefix {
  Address address = Address::OfIpv4(0);
  uint8_t length = 32;
};

struct Veth {
  std::string name;
  Mac mac{};
  std::string peer_name;
  Mac peer_mac{};
  int peer_netns = -1;  // the peer is born there
  uint32_t mtu = 0;     // 0 leaves the kernel's
};

// A tunnel over IPv4, whatever is in it, that learns nothing: whom a frame goes to is said by PutForwarding.
struct Vxlan {
  std::string name;
  Mac mac{};
  uint32_t vni = 0;
  uint16_t port = 0;
  Address local;  // source of the outer packets
  uint32_t mtu = 0;
};

enum class RouteKind : uint8_t { kUnicast, kLocal, kUnreachable };

struct Route {
  RouteKind kind = RouteKind::kUnicast;
  Prefix to;
  std::string device;  // empty for unreachable
  std::optional<Address> gateway;
  std::optional<Address> source;
  uint32_t metric = 0;
};

// What `ip` would show, as far as reconciling needs it.
struct FoundLink {
  int index;
  std::string name;
  uint32_t mtu;
};
struct FoundRoute {
  RouteKind kind;
  uint8_t protocol;
  Prefix to;
  int device;
  std::optional<Address> gateway;
  std::optional<Address> source;
  uint32_t metric;
};

// Routes made here carry this as their protocol, so that they can be told from anybody else's.
inline constexpr uint8_t kRouteProtocol = 84;

// All calls speak to the namespace that the socket was opened in.
Result<> AddVeth(netlink::Socket& socket, const Veth& veth);
Result<> AddVxlan(netlink::Socket& socket, const Vxlan& vxlan);
Result<> SetUp(netlink::Socket& socket, int index, const std::string& name);
// RTM_DELLINK holds the RTNL lock for 15 ms: for cleaning up only; a pod's link goes with its namespace.
Result<> Delete(netlink::Socket& socket, int index, const std::string& name);
// These replace what is there, so they may be repeated. An address of IPv6 is there at once: nobody is asked for it.
Result<> PutAddress(netlink::Socket& socket, int index, Prefix address);
Result<> PutNeighbour(netlink::Socket& socket, int index, const Address& address, const Mac& mac);
// Frames of a tunnel to `mac` go to the host at `address`.
Result<> PutForwarding(netlink::Socket& socket, int index, const Address& address, const Mac& mac);
Result<> PutRoute(netlink::Socket& socket, const Route& route, int index);
Result<> DeleteRoute(netlink::Socket& socket, const Route& route, int index);

Result<int> IndexOf(int netns, const std::string& name);
Result<std::vector<FoundLink>> Links(netlink::Socket& socket);
// The main table of a family, AF_INET or AF_INET6.
Result<std::vector<FoundRoute>> Routes(netlink::Socket& socket, int family);

}  // namespace tiphys::link
