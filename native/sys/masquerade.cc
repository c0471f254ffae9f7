#include "masquerade.h"

#include <vector>

#include "netlink.h"
#include "nft-message.h"

namespace tiphys::masquerade {
namespace {

using netlink::Message;

constexpr const char* kChain = "postrouting";
constexpr uint32_t kSourceNatPriority = 100;  // NF_IP_PRI_NAT_SRC

int FamilyOf(const Rule& rule) { return rule.source.address.family(); }

Message MasqueradeRule(const Rule& rule) {
  Message message = nft::Request(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, FamilyOf(rule));
  message.PutString(NFTA_RULE_TABLE, rule.table).PutString(NFTA_RULE_CHAIN, kChain);
  const size_t expressions = message.Open(NFTA_RULE_EXPRESSIONS);
  nft::MatchAddress(message, nft::End::kSource, NFT_CMP_EQ, rule.source);
  nft::MatchAddress(message, nft::End::kDestination, NFT_CMP_NEQ, rule.except_to);
  nft::MatchDevicePrefix(message, NFT_META_OIFNAME, NFT_CMP_NEQ, rule.except_device);
  nft::Expression(message, "masq", [] {});
  message.Close(expressions);
  return message;
}

// Deleting a table that may not be there: make it first, in the same transaction.
Result<> Replace(int netns, const std::string& name, int family, const std::vector<Message*>& then) {
  auto socket = netlink::Socket::Open(netns, NETLINK_NETFILTER);
  if (!socket) return socket.error();
  Message ensure = nft::Request(NFT_MSG_NEWTABLE, NLM_F_CREATE, family);
  Message remove = nft::Request(NFT_MSG_DELTABLE, 0, family);
  ensure.PutString(NFTA_TABLE_NAME, name);
  remove.PutString(NFTA_TABLE_NAME, name);
  std::vector<Message*> all{&ensure, &remove};
  all.insert(all.end(), then.begin(), then.end());
  return nft::Transact(*socket, all);
}

}  // namespace

Result<> Put(int netns, const Rule& rule) {
  Message table = nft::Request(NFT_MSG_NEWTABLE, NLM_F_CREATE, FamilyOf(rule));
  table.PutString(NFTA_TABLE_NAME, rule.table);
  Message chain = nft::Request(NFT_MSG_NEWCHAIN, NLM_F_CREATE, FamilyOf(rule));
  chain.PutString(NFTA_CHAIN_TABLE, rule.table).PutString(NFTA_CHAIN_NAME, kChain);
  const size_t hook = chain.Open(NFTA_CHAIN_HOOK);
  chain.PutU32Be(NFTA_HOOK_HOOKNUM, NF_INET_POST_ROUTING).PutU32Be(NFTA_HOOK_PRIORITY, kSourceNatPriority).Close(hook);
  chain.PutString(NFTA_CHAIN_TYPE, "nat");
  Message masquerade = MasqueradeRule(rule);
  return Replace(netns, rule.table, FamilyOf(rule), {&table, &chain, &masquerade});
}

Result<> Remove(int netns, const std::string& table, int family) { return Replace(netns, table, family, {}); }

}  // namespace tiphys::masquerade
