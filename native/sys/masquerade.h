// Source NAT for pods that leave the node: one nf_tables table of our own, written over nfnetlink.
#pragma once

#include <string>

#include "link.h"
#include "result.h"

namespace tiphys::masquerade {

struct Rule {
  std::string table;
  link::Prefix source;       // packets from here ...
  link::Prefix except_to;    // ... that do not go there ...
  std::string except_device; // ... nor through a device whose name starts with this.
};

// Replaces the table of `netns` as a whole, in one transaction; each family, that of the addresses, has its own.
Result<> Put(int netns, const Rule& rule);
Result<> Remove(int netns, const std::string& table, int family);

}  // namespace tiphys::masquerade
