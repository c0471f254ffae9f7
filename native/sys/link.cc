#include "link.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

#include "netns.h"

namespace tiphys::link {
namespace {

constexpr uint16_t kMake = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
constexpr uint16_t kPut = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE;
constexpr uint16_t kDo = NLM_F_REQUEST | NLM_F_ACK;
constexpr uint16_t kDump = NLM_F_REQUEST | NLM_F_DUMP;

uint8_t TypeOf(RouteKind kind) {
  switch (kind) {
    case RouteKind::kLocal: return RTN_LOCAL;
    case RouteKind::kUnreachable: return RTN_UNREACHABLE;
    case RouteKind::kUnicast: break;
  }
  return RTN_UNICAST;
}

uint8_t ScopeOf(const Route& route) {
  if (route.kind == RouteKind::kLocal) return RT_SCOPE_HOST;
  return route.gateway || route.kind == RouteKind::kUnreachable ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
}

void PutBytes(netlink::Message& message, uint16_t type, const Address& address) {
  const AddressBytes bytes(address);
  message.Put(type, bytes.data(), bytes.size());
}

netlink::Message RouteMessage(uint16_t type, uint16_t flags, const Route& route, int index) {
  const rtmsg header{
      .rtm_family = static_cast<uint8_t>(route.to.address.family()),
      .rtm_dst_len = route.to.length,
      .rtm_table = static_cast<uint8_t>(route.kind == RouteKind::kLocal ? RT_TABLE_LOCAL : RT_TABLE_MAIN),
      .rtm_protocol = kRouteProtocol,
      .rtm_scope = ScopeOf(route),
      .rtm_type = TypeOf(route.kind),
      .rtm_flags = static_cast<unsigned>(route.gateway ? RTNH_F_ONLINK : 0),
  };
  netlink::Message message(type, flags, header);
  if (route.to.length > 0) PutBytes(message, RTA_DST, route.to.address);
  if (index > 0) message.PutU32(RTA_OIF, static_cast<uint32_t>(index));
  if (route.gateway) PutBytes(message, RTA_GATEWAY, *route.gateway);
  if (route.source) PutBytes(message, RTA_PREFSRC, *route.source);
  if (route.metric > 0) message.PutU32(RTA_PRIORITY, route.metric);
  return message;
}

std::string Name(const Route& route) {
  return ToString(route.to.address) + "/" + std::to_string(route.to.length) + (route.device.empty() ? "" : " dev " + route.device);
}

}  // namespace

Result<> AddVeth(netlink::Socket& socket, const Veth& veth) {
  // IFF_UP on the peer would fail with ENOTCONN here: it is brought up from its own side.
  const ifinfomsg up{.ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  netlink::Message message(RTM_NEWLINK, kMake, up);
  message.PutString(IFLA_IFNAME, veth.name).Put(IFLA_ADDRESS, veth.mac.data(), veth.mac.size());
  if (veth.mtu > 0) message.PutU32(IFLA_MTU, veth.mtu);
  const size_t info = message.Open(IFLA_LINKINFO);
  message.PutString(IFLA_INFO_KIND, "veth");
  const size_t data = message.Open(IFLA_INFO_DATA);
  const size_t peer = message.Open(VETH_INFO_PEER);
  message.PutHeader(ifinfomsg{.ifi_family = AF_UNSPEC}).PutString(IFLA_IFNAME, veth.peer_name);
  message.Put(IFLA_ADDRESS, veth.peer_mac.data(), veth.peer_mac.size());
  if (veth.mtu > 0) message.PutU32(IFLA_MTU, veth.mtu);
  if (veth.peer_netns >= 0) message.PutU32(IFLA_NET_NS_FD, static_cast<uint32_t>(veth.peer_netns));
  message.Close(peer).Close(data).Close(info);
  return socket.Request(message, "RTM_NEWLINK", veth.name);
}

Result<> AddVxlan(netlink::Socket& socket, const Vxlan& vxlan) {
  const ifinfomsg up{.ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  netlink::Message message(RTM_NEWLINK, kMake, up);
  message.PutString(IFLA_IFNAME, vxlan.name).Put(IFLA_ADDRESS, vxlan.mac.data(), vxlan.mac.size());
  if (vxlan.mtu > 0) message.PutU32(IFLA_MTU, vxlan.mtu);
  const size_t info = message.Open(IFLA_LINKINFO);
  message.PutString(IFLA_INFO_KIND, "vxlan");
  const size_t data = message.Open(IFLA_INFO_DATA);
  const uint16_t port = __builtin_bswap16(vxlan.port);
  message.PutU32(IFLA_VXLAN_ID, vxlan.vni).PutU8(IFLA_VXLAN_LEARNING, 0);
  PutBytes(message, IFLA_VXLAN_LOCAL, vxlan.local);
  message.Put(IFLA_VXLAN_PORT, &port, sizeof port);
  message.Close(data).Close(info);
  return socket.Request(message, "RTM_NEWLINK", vxlan.name);
}

Result<> SetUp(netlink::Socket& socket, int index, const std::string& name) {
  const ifinfomsg up{.ifi_family = AF_UNSPEC, .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  netlink::Message message(RTM_NEWLINK, kDo, up);
  return socket.Request(message, "RTM_NEWLINK", name);
}

Result<> Delete(netlink::Socket& socket, int index, const std::string& name) {
  netlink::Message message(RTM_DELLINK, kDo, ifinfomsg{.ifi_family = AF_UNSPEC, .ifi_index = index});
  return socket.Request(message, "RTM_DELLINK", name);
}

Result<> PutAddress(netlink::Socket& socket, int index, Prefix address) {
  const bool ipv4 = address.address.is_ipv4();
  const ifaddrmsg header{.ifa_family = static_cast<uint8_t>(address.address.family()),
                         .ifa_prefixlen = address.length,
                         .ifa_flags = static_cast<uint8_t>(ipv4 ? 0 : IFA_F_NODAD),
                         .ifa_index = static_cast<uint32_t>(index)};
  netlink::Message message(RTM_NEWADDR, kPut, header);
  PutBytes(message, IFA_LOCAL, address.address);
  PutBytes(message, IFA_ADDRESS, address.address);
  return socket.Request(message, "RTM_NEWADDR", "link " + std::to_string(index));
}

Result<> PutNeighbour(netlink::Socket& socket, int index, const Address& address, const Mac& mac) {
  const ndmsg header{
      .ndm_family = static_cast<uint8_t>(address.family()), .ndm_ifindex = index, .ndm_state = NUD_PERMANENT};
  netlink::Message message(RTM_NEWNEIGH, kPut, header);
  PutBytes(message, NDA_DST, address);
  message.Put(NDA_LLADDR, mac.data(), mac.size());
  return socket.Request(message, "RTM_NEWNEIGH", "link " + std::to_string(index));
}

Result<> PutForwarding(netlink::Socket& socket, int index, const Address& address, const Mac& mac) {
  const ndmsg header{
      .ndm_family = AF_BRIDGE, .ndm_ifindex = index, .ndm_state = NUD_PERMANENT | NUD_NOARP, .ndm_flags = NTF_SELF};
  netlink::Message message(RTM_NEWNEIGH, kPut, header);
  PutBytes(message, NDA_DST, address);
  message.Put(NDA_LLADDR, mac.data(), mac.size());
  return socket.Request(message, "RTM_NEWNEIGH", "forwarding of link " + std::to_string(index));
}

Result<> PutRoute(netlink::Socket& socket, const Route& route, int index) {
  auto message = RouteMessage(RTM_NEWROUTE, kPut, route, index);
  return socket.Request(message, "RTM_NEWROUTE", Name(route));
}

Result<> DeleteRoute(netlink::Socket& socket, const Route& route, int index) {
  auto message = RouteMessage(RTM_DELROUTE, kDo, route, index);
  return socket.Request(message, "RTM_DELROUTE", Name(route));
}

Result<int> IndexOf(int netns, const std::string& name) {
  ifreq request{};
  if (name.size() >= sizeof request.ifr_name) return Error{ENAMETOOLONG, "SIOCGIFINDEX", name};
  auto socket = netns::Socket(netns, AF_INET, SOCK_DGRAM, 0);
  if (!socket) return socket.error();
  std::memcpy(request.ifr_name, name.c_str(), name.size() + 1);
  if (::ioctl((*socket).get(), SIOCGIFINDEX, &request) < 0) return LastError("SIOCGIFINDEX", name);
  return request.ifr_ifindex;
}

Result<std::vector<FoundLink>> Links(netlink::Socket& socket) {
  netlink::Message message(RTM_GETLINK, kDump, ifinfomsg{.ifi_family = AF_UNSPEC});
  std::vector<FoundLink> found;
  auto done = socket.Dump(message, "RTM_GETLINK", [&](const nlmsghdr* at) {
    if (at->nlmsg_len < NLMSG_LENGTH(sizeof(ifinfomsg))) return;
    const auto* info = static_cast<const ifinfomsg*>(NLMSG_DATA(at));
    FoundLink link{.index = info->ifi_index, .name = {}, .mtu = 0};
    auto left = static_cast<int>(IFLA_PAYLOAD(at));
    for (auto* a = IFLA_RTA(info); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
      const auto* data = static_cast<const char*>(RTA_DATA(a));
      if (a->rta_type == IFLA_IFNAME) link.name.assign(data, ::strnlen(data, RTA_PAYLOAD(a)));
      if (a->rta_type == IFLA_MTU && RTA_PAYLOAD(a) >= sizeof link.mtu) std::memcpy(&link.mtu, data, sizeof link.mtu);
    }
    if (!link.name.empty()) found.push_back(std::move(link));
  });
  if (!done) return done.error();
  return found;
}

Result<std::vector<FoundRoute>> Routes(netlink::Socket& socket, int family) {
  netlink::Message message(RTM_GETROUTE, kDump, rtmsg{.rtm_family = static_cast<uint8_t>(family)});
  std::vector<FoundRoute> found;
  auto done = socket.Dump(message, "RTM_GETROUTE", [&](const nlmsghdr* at) {
    if (at->nlmsg_len < NLMSG_LENGTH(sizeof(rtmsg))) return;
    const auto* header = static_cast<const rtmsg*>(NLMSG_DATA(at));
    // Asked for IPv6, a kernel without it tells of all that it has.
    if (header->rtm_table != RT_TABLE_MAIN || header->rtm_family != family) return;
    if ((header->rtm_flags & RTM_F_CLONED) != 0) return;
    FoundRoute route{.kind = header->rtm_type == RTN_UNREACHABLE ? RouteKind::kUnreachable
                             : header->rtm_type == RTN_LOCAL     ? RouteKind::kLocal
                                                                 : RouteKind::kUnicast,
                     .protocol = header->rtm_protocol,
                     .to = {family == AF_INET ? Address::OfIpv4(0) : Address{}, header->rtm_dst_len},
                     .device = 0,
                     .gateway = std::nullopt,
                     .source = std::nullopt,
                     .metric = 0};
    const size_t size = family == AF_INET ? 4 : 16;
    auto left = static_cast<int>(RTM_PAYLOAD(at));
    for (auto* a = RTM_RTA(header); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
      uint32_t value = 0;
      if (RTA_PAYLOAD(a) < sizeof value) continue;
      std::memcpy(&value, RTA_DATA(a), sizeof value);
      if (a->rta_type == RTA_OIF) route.device = static_cast<int>(value);
      if (a->rta_type == RTA_PRIORITY) route.metric = value;
      if (RTA_PAYLOAD(a) < size) continue;
      const auto address = Address::OfBytes(static_cast<const uint8_t*>(RTA_DATA(a)), family);
      if (a->rta_type == RTA_DST) route.to.address = address;
      if (a->rta_type == RTA_GATEWAY) route.gateway = address;
      if (a->rta_type == RTA_PREFSRC) route.source = address;
    }
    found.push_back(route);
  });
  if (!done) return done.error();
  return found;
}

}  // namespace tiphys::link
