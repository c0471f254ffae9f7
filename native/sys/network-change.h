// A list of changes to links, addresses, routes and the like, as decided elsewhere, carried out in order.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "forward-accept.h"
#include "link.h"
#include "masquerade.h"

namespace tiphys::network {

struct SetUp { std::string link; };
struct DeleteLink { std::string link; };
struct PutAddress { std::string link; link::Prefix address; };
struct PutNeighbour { std::string link; Address address; link::Mac mac; };
struct PutForwarding { std::string link; Address address; link::Mac mac; };
struct PutRoute { link::Route route; };
struct DeleteRoute { link::Route route; };
struct WriteSysctl { std::string key; std::string value; };
struct RemoveMasquerade { std::string table; int family; };
struct RemoveForwardAccept { std::string owner; int family; };

struct Change {
  int netns;  // borrowed; netns::kOwn for this process's own
  std::variant<link::Veth, link::Vxlan, SetUp, DeleteLink, PutAddress, PutNeighbour, PutForwarding, PutRoute,
               DeleteRoute, WriteSysctl, masquerade::Rule, RemoveMasquerade, forward_accept::Rule, RemoveForwardAccept>
      what;
};

// Stops at the first failure.
Result<> Apply(const std::vector<Change>& changes);

}  // namespace tiphys::network
