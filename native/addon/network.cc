// Namespaces and changes of links, addresses and routes.
#include <napi.h>

#include <cstdio>
#include <functional>

#include "../sys/network-change.h"
#include "async.h"
#include "network-convert.h"
#include "network-rooms.h"
#include "rooms.h"

namespace tiphys::addon {
namespace {

link::Mac MacOf(const Napi::Object& object, const char* name) {
  link::Mac mac{};
  const std::string text = Text(object, name);
  if (std::sscanf(text.c_str(), "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3], &mac[4], &mac[5]) != 6)
    throw Napi::TypeError::New(object.Env(), "not a MAC address: " + text);
  return mac;
}

std::optional<std::string> OptionalText(const Napi::Object& object, const char* name) {
  if (object.Get(name).IsNull()) return std::nullopt;
  return Text(object, name);
}

std::optional<Address> OptionalAddress(const Napi::Object& object, const char* name) {
  const auto text = OptionalText(object, name);
  if (!text) return std::nullopt;
  return AddressOf(object.Env(), *text);
}

link::Prefix PrefixOf(const Napi::Object& object) {
  return {AddressOf(object.Env(), Text(object, "address")), static_cast<uint8_t>(Number(object, "prefix"))};
}

link::Prefix PrefixOf(const Napi::Object& object, const char* name) {
  return PrefixOf(object.Get(name).As<Napi::Object>());
}

link::Route RouteOf(const Napi::Object& o) {
  const std::string type = Text(o, "type");
  return {
      .kind = type == "local" ? link::RouteKind::kLocal
              : type == "unreachable" ? link::RouteKind::kUnreachable
                                      : link::RouteKind::kUnicast,
      .to = PrefixOf(o, "to"),
      .device = OptionalText(o, "link").value_or(""),
      .gateway = OptionalAddress(o, "gateway"),
      .source = OptionalAddress(o, "source"),
      .metric = Number(o, "metric"),
  };
}

network::Change ChangeOf(const Napi::Object& o) {
  const int netns = NetnsOf(o.Get("netns"));
  const std::string kind = Text(o, "kind");
  if (kind == "veth")
    return {netns, link::Veth{.name = Text(o, "name"),
                              .mac = MacOf(o, "mac"),
                              .peer_name = Text(o, "peerName"),
                              .peer_mac = MacOf(o, "peerMac"),
                              .peer_netns = static_cast<int>(Number(o, "peerNetns")),
                              .mtu = static_cast<uint32_t>(OptionalUint64(o, "mtu").value_or(0))}};
  if (kind == "vxlan")
    return {netns, link::Vxlan{.name = Text(o, "name"),
                               .mac = MacOf(o, "mac"),
                               .vni = Number(o, "vni"),
                               .port = static_cast<uint16_t>(Number(o, "port")),
                               .local = AddressOf(o.Env(), Text(o, "local")),
                               .mtu = Number(o, "mtu")}};
  if (kind == "up") return {netns, network::SetUp{Text(o, "link")}};
  if (kind == "delete-link") return {netns, network::DeleteLink{Text(o, "link")}};
  if (kind == "address") return {netns, network::PutAddress{Text(o, "link"), PrefixOf(o)}};
  if (kind == "neighbour")
    return {netns, network::PutNeighbour{Text(o, "link"), AddressOf(o.Env(), Text(o, "address")), MacOf(o, "mac")}};
  if (kind == "forwarding")
    return {netns, network::PutForwarding{Text(o, "link"), AddressOf(o.Env(), Text(o, "address")), MacOf(o, "mac")}};
  if (kind == "route") return {netns, network::PutRoute{RouteOf(o)}};
  if (kind == "delete-route") return {netns, network::DeleteRoute{RouteOf(o)}};
  if (kind == "sysctl") return {netns, network::WriteSysctl{Text(o, "key"), Text(o, "value")}};
  if (kind == "masquerade")
    return {netns, masquerade::Rule{.table = Text(o, "table"),
                                    .source = PrefixOf(o, "source"),
                                    .except_to = PrefixOf(o, "exceptTo"),
                                    .except_device = Text(o, "exceptDevice")}};
  if (kind == "remove-masquerade") return {netns, network::RemoveMasquerade{Text(o, "table"), FamilyOf(o.Get("family"))}};
  if (kind == "accept-forward")
    return {netns, forward_accept::Rule{.owner = Text(o, "owner"), .device = Text(o, "device"), .family = FamilyOf(o.Get("family"))}};
  if (kind == "remove-accept-forward") return {netns, network::RemoveForwardAccept{Text(o, "owner"), FamilyOf(o.Get("family"))}};
  throw Napi::TypeError::New(o.Env(), "unknown change: " + kind);
}

Napi::Value NetnsCreate(const Napi::CallbackInfo& info) {
  auto fd = netns::Create();
  if (!fd) throw ToError(info.Env(), fd.error());
  return Napi::Number::New(info.Env(), (*fd).release());
}

Napi::Value NetnsOpen(const Napi::CallbackInfo& info) {
  auto fd = netns::Open(info[0].As<Napi::String>());
  if (!fd) throw ToError(info.Env(), fd.error());
  return Napi::Number::New(info.Env(), (*fd).release());
}

Napi::Value NetworkApply(const Napi::CallbackInfo& info) {
  std::vector<network::Change> changes;
  const auto list = info[0].As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); ++i) changes.push_back(ChangeOf(list.Get(i).As<Napi::Object>()));
  return Async<std::monostate>(
      info.Env(), [changes = std::move(changes)] { return network::Apply(changes); },
      [](Napi::Env env, std::monostate&) { return env.Undefined(); });
}

Napi::Value NftTransact(const Napi::CallbackInfo& info) {
  const int netns = NetnsOf(info[0]);
  if (!info[1].IsTypedArray()) throw Napi::TypeError::New(info.Env(), "messages must be bytes");
  const auto bytes = info[1].As<Napi::Uint8Array>();
  const auto* from = reinterpret_cast<const char*>(bytes.Data());
  return Async<std::monostate>(
      info.Env(),
      [netns, batch = std::vector<char>(from, from + bytes.ByteLength())]() -> Result<> {
        auto socket = netlink::Socket::Open(netns, NETLINK_NETFILTER);
        if (!socket) return socket.error();
        return (*socket).Batch(batch, "nf_tables");
      },
      [](Napi::Env env, std::monostate&) { return env.Undefined(); });
}

template <typename List>
auto ListIn(int netns, List list) -> decltype(list(std::declval<netlink::Socket&>())) {
  auto socket = netlink::Socket::Open(netns, NETLINK_ROUTE);
  if (!socket) return socket.error();
  return list(*socket);
}

Napi::Value NetworkLinks(const Napi::CallbackInfo& info) {
  const int netns = NetnsOf(info[0]);
  return Async<std::vector<link::FoundLink>>(
      info.Env(), [netns] { return ListIn(netns, link::Links); },
      [](Napi::Env env, std::vector<link::FoundLink>& found) -> Napi::Value {
        auto list = Napi::Array::New(env, found.size());
        for (uint32_t i = 0; i < found.size(); ++i) {
          auto one = Napi::Object::New(env);
          one.Set("index", found[i].index);
          one.Set("name", found[i].name);
          one.Set("mtu", Napi::Number::New(env, found[i].mtu));
          list.Set(i, one);
        }
        return list;
      });
}

Napi::Value OptionalAddressText(Napi::Env env, const std::optional<Address>& address) {
  if (!address) return env.Null();
  return Napi::String::New(env, ToString(*address));
}

Napi::Object RouteObject(Napi::Env env, const link::FoundRoute& route) {
  auto one = Napi::Object::New(env);
  one.Set("type", route.kind == link::RouteKind::kLocal         ? "local"
                  : route.kind == link::RouteKind::kUnreachable ? "unreachable"
                                                                : "unicast");
  one.Set("ours", Napi::Boolean::New(env, route.protocol == link::kRouteProtocol));
  auto to = Napi::Object::New(env);
  to.Set("address", ToString(route.to.address));
  to.Set("prefix", Napi::Number::New(env, route.to.length));
  one.Set("to", to);
  one.Set("linkIndex", route.device == 0 ? env.Null() : Napi::Number::New(env, route.device));
  one.Set("gateway", OptionalAddressText(env, route.gateway));
  one.Set("source", OptionalAddressText(env, route.source));
  one.Set("metric", Napi::Number::New(env, route.metric));
  return one;
}

Napi::Value NetworkRoutes(const Napi::CallbackInfo& info) {
  const int netns = NetnsOf(info[0]), family = FamilyOf(info[1]);
  return Async<std::vector<link::FoundRoute>>(
      info.Env(),
      [netns, family] {
        return ListIn(netns, [family](netlink::Socket& socket) { return link::Routes(socket, family); });
      },
      [](Napi::Env env, std::vector<link::FoundRoute>& found) -> Napi::Value {
        auto list = Napi::Array::New(env, found.size());
        for (uint32_t i = 0; i < found.size(); ++i) list.Set(i, RouteObject(env, found[i]));
        return list;
      });
}

Napi::Value NetworkForwardDrops(const Napi::CallbackInfo& info) {
  using forward_accept::DroppingChain;
  return Async<std::vector<DroppingChain>>(
      info.Env(), forward_accept::Dropping, [](Napi::Env env, std::vector<DroppingChain>& found) -> Napi::Value {
        auto list = Napi::Array::New(env, found.size());
        for (uint32_t i = 0; i < found.size(); ++i) {
          auto one = Napi::Object::New(env);
          one.Set("family", found[i].family);
          one.Set("table", found[i].table);
          one.Set("chain", found[i].chain);
          list.Set(i, one);
        }
        return list;
      });
}

}  // namespace

void RegisterNetwork(Napi::Env env, Napi::Object exports) {
  exports.Set("netnsCreate", Napi::Function::New(env, NetnsCreate, "netnsCreate"));
  exports.Set("netnsOpen", Napi::Function::New(env, NetnsOpen, "netnsOpen"));
  exports.Set("networkApply", Napi::Function::New(env, NetworkApply, "networkApply"));
  exports.Set("nftTransact", Napi::Function::New(env, NftTransact, "nftTransact"));
  exports.Set("networkLinks", Napi::Function::New(env, NetworkLinks, "networkLinks"));
  exports.Set("networkRoutes", Napi::Function::New(env, NetworkRoutes, "networkRoutes"));
  exports.Set("networkForwardDrops", Napi::Function::New(env, NetworkForwardDrops, "networkForwardDrops"));
  RegisterNetworkSockets(env, exports);
  RegisterNetworkDial(env, exports);
  RegisterNetworkPump(env, exports);
}

}  // namespace tiphys::addon
