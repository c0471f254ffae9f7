#include "network-change.h"

#include <map>

#include "netlink.h"
#include "netns.h"

namespace tiphys::network {
namespace {

// One rtnetlink socket a namespace, opened when first needed.
class Sockets {
 public:
  Result<netlink::Socket*> In(int netns) {
    auto found = open_.find(netns);
    if (found == open_.end()) {
      auto socket = netlink::Socket::Open(netns, NETLINK_ROUTE);
      if (!socket) return socket.error();
      found = open_.emplace(netns, std::move(*socket)).first;
    }
    return &found->second;
  }

 private:
  std::map<int, netlink::Socket> open_;
};

struct Perform {
  int netns;
  netlink::Socket& socket;

  template <typename Then>
  Result<> With(const std::string& name, Then then) {
    auto index = link::IndexOf(netns, name);
    if (!index) return index.error();
    return then(*index);
  }
  Result<> operator()(const link::Veth& veth) { return link::AddVeth(socket, veth); }
  Result<> operator()(const link::Vxlan& vxlan) { return link::AddVxlan(socket, vxlan); }
  Result<> operator()(const SetUp& c) {
    return With(c.link, [&](int index) { return link::SetUp(socket, index, c.link); });
  }
  Result<> operator()(const DeleteLink& c) {
    return With(c.link, [&](int index) { return link::Delete(socket, index, c.link); });
  }
  Result<> operator()(const PutAddress& c) {
    return With(c.link, [&](int index) { return link::PutAddress(socket, index, c.address); });
  }
  Result<> operator()(const PutNeighbour& c) {
    return With(c.link, [&](int index) { return link::PutNeighbour(socket, index, c.address, c.mac); });
  }
  Result<> operator()(const PutForwarding& c) {
    return With(c.link, [&](int index) { return link::PutForwarding(socket, index, c.address, c.mac); });
  }
  Result<> operator()(const PutRoute& c) {
    if (c.route.device.empty()) return link::PutRoute(socket, c.route, 0);
    return With(c.route.device, [&](int index) { return link::PutRoute(socket, c.route, index); });
  }
  Result<> operator()(const DeleteRoute& c) {
    if (c.route.device.empty()) return link::DeleteRoute(socket, c.route, 0);
    return With(c.route.device, [&](int index) { return link::DeleteRoute(socket, c.route, index); });
  }
  Result<> operator()(const WriteSysctl& c) { return netns::WriteSysctl(netns, c.key, c.value); }
  Result<> operator()(const masquerade::Rule& rule) { return masquerade::Put(netns, rule); }
  Result<> operator()(const RemoveMasquerade& c) { return masquerade::Remove(netns, c.table, c.family); }
  Result<> operator()(const forward_accept::Rule& rule) { return forward_accept::Put(netns, rule); }
  Result<> operator()(const RemoveForwardAccept& c) { return forward_accept::Remove(netns, c.owner, c.family); }
};

}  // namespace

Result<> Apply(const std::vector<Change>& changes) {
  Sockets sockets;
  for (const Change& change : changes) {
    auto socket = sockets.In(change.netns);
    if (!socket) return socket.error();
    if (auto done = std::visit(Perform{change.netns, **socket}, change.what); !done) return done;
  }
  return kOk;
}

}  // namespace tiphys::network
