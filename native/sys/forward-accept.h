// Pods on a host whose own firewall drops what it forwards, as Docker and ufw set it up. An accept in a table of
// ours would not help: a packet must be accepted by every chain at the hook. So it stands in the host's chain.
#pragma once

#include <string>
#include <vector>

#include "result.h"

namespace tiphys::forward_accept {

// What `iptables -A FORWARD -i PREFIX+ -j ACCEPT` and the same with `-o` add, for iptables on nf_tables.
struct Rule {
  std::string owner;   // written into the rules, to know them again
  std::string device;  // prefix of device names
  int family;          // AF_INET, or AF_INET6 for ip6tables
};

// Idempotent; where `netns` has no such chain there is nothing to do.
Result<> Put(int netns, const Rule& rule);
Result<> Remove(int netns, const std::string& owner, int family);

// A chain that drops forwarded packets which nothing in it accepts.
struct DroppingChain {
  std::string family;  // "ip", "ip6" or "inet", or "legacy" for iptables without nf_tables
  std::string table, chain;
};
Result<std::vector<DroppingChain>> Dropping();

}  // namespace tiphys::forward_accept
