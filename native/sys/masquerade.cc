#include "masquerade.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <functional>
#include <vector>

#include "netlink.h"
#include "netns.h"

namespace tiphys::masquerade {
namespace {

using netlink::Message;

constexpr uint16_t kDo = NLM_F_REQUEST | NLM_F_ACK;
constexpr const char* kChain = "postrouting";
constexpr uint32_t kSourceNatPriority = 100;  // NF_IP_PRI_NAT_SRC
constexpr uint32_t kRegister = NFT_REG_1;

Message Batch(uint16_t type) {
  return Message(type, NLM_F_REQUEST,
                 nfgenmsg{.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = htons(NFNL_SUBSYS_NFTABLES)});
}

Message Table(uint16_t type, uint16_t flags) {
  return Message((NFNL_SUBSYS_NFTABLES << 8) | type, kDo | flags,
                 nfgenmsg{.nfgen_family = NFPROTO_IPV4, .version = NFNETLINK_V0, .res_id = 0});
}

void Expression(Message& rule, const char* name, const std::function<void()>& data) {
  const size_t element = rule.Open(NFTA_LIST_ELEM);
  rule.PutString(NFTA_EXPR_NAME, name);
  const size_t body = rule.Open(NFTA_EXPR_DATA);
  data();
  rule.Close(body).Close(element);
}

void Data(Message& rule, uint16_t attribute, const void* bytes, size_t size) {
  const size_t nest = rule.Open(attribute);
  rule.Put(NFTA_DATA_VALUE, bytes, size).Close(nest);
}

void Compare(Message& rule, nft_cmp_ops operation, const void* bytes, size_t size) {
  Expression(rule, "cmp", [&] {
    rule.PutU32Be(NFTA_CMP_SREG, kRegister).PutU32Be(NFTA_CMP_OP, operation);
    Data(rule, NFTA_CMP_DATA, bytes, size);
  });
}

void MatchAddress(Message& rule, uint32_t header_offset, nft_cmp_ops operation, link::Prefix prefix) {
  const uint32_t mask = htonl(prefix.length == 0 ? 0 : ~uint32_t{0} << (32 - prefix.length));
  const uint32_t none = 0;
  const uint32_t network = prefix.address & mask;
  Expression(rule, "payload", [&] {
    rule.PutU32Be(NFTA_PAYLOAD_DREG, kRegister).PutU32Be(NFTA_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
    rule.PutU32Be(NFTA_PAYLOAD_OFFSET, header_offset).PutU32Be(NFTA_PAYLOAD_LEN, sizeof network);
  });
  Expression(rule, "bitwise", [&] {
    rule.PutU32Be(NFTA_BITWISE_SREG, kRegister).PutU32Be(NFTA_BITWISE_DREG, kRegister);
    rule.PutU32Be(NFTA_BITWISE_LEN, sizeof mask);
    Data(rule, NFTA_BITWISE_MASK, &mask, sizeof mask);
    Data(rule, NFTA_BITWISE_XOR, &none, sizeof none);
  });
  Compare(rule, operation, &network, sizeof network);
}

Message MasqueradeRule(const Rule& rule) {
  constexpr uint32_t kSourceOffset = 12, kDestinationOffset = 16;  // RFC 791
  Message message = Table(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
  message.PutString(NFTA_RULE_TABLE, rule.table).PutString(NFTA_RULE_CHAIN, kChain);
  const size_t expressions = message.Open(NFTA_RULE_EXPRESSIONS);
  MatchAddress(message, kSourceOffset, NFT_CMP_EQ, rule.source);
  MatchAddress(message, kDestinationOffset, NFT_CMP_NEQ, rule.except_to);
  Expression(message, "meta", [&] {
    message.PutU32Be(NFTA_META_KEY, NFT_META_OIFNAME).PutU32Be(NFTA_META_DREG, kRegister);
  });
  Compare(message, NFT_CMP_NEQ, rule.except_device.data(), rule.except_device.size());
  Expression(message, "masq", [] {});
  message.Close(expressions);
  return message;
}

// Deleting a table that may not be there: make it first, in the same transaction.
Result<> Replace(const std::string& name, const std::vector<Message*>& then) {
  auto socket = netlink::Socket::Open(netns::kOwn, NETLINK_NETFILTER);
  if (!socket) return socket.error();
  Message begin = Batch(NFNL_MSG_BATCH_BEGIN), end = Batch(NFNL_MSG_BATCH_END);
  Message ensure = Table(NFT_MSG_NEWTABLE, NLM_F_CREATE), remove = Table(NFT_MSG_DELTABLE, 0);
  ensure.PutString(NFTA_TABLE_NAME, name);
  remove.PutString(NFTA_TABLE_NAME, name);
  std::vector<Message*> all{&begin, &ensure, &remove};
  all.insert(all.end(), then.begin(), then.end());
  all.push_back(&end);
  return (*socket).Transaction(all, all.size() - 2, "nf_tables");
}

}  // namespace

Result<> Put(const Rule& rule) {
  Message table = Table(NFT_MSG_NEWTABLE, NLM_F_CREATE);
  table.PutString(NFTA_TABLE_NAME, rule.table);
  Message chain = Table(NFT_MSG_NEWCHAIN, NLM_F_CREATE);
  chain.PutString(NFTA_CHAIN_TABLE, rule.table).PutString(NFTA_CHAIN_NAME, kChain);
  const size_t hook = chain.Open(NFTA_CHAIN_HOOK);
  chain.PutU32Be(NFTA_HOOK_HOOKNUM, NF_INET_POST_ROUTING).PutU32Be(NFTA_HOOK_PRIORITY, kSourceNatPriority).Close(hook);
  chain.PutString(NFTA_CHAIN_TYPE, "nat");
  Message masquerade = MasqueradeRule(rule);
  return Replace(rule.table, {&table, &chain, &masquerade});
}

Result<> Remove(const std::string& table) { return Replace(table, {}); }

}  // namespace tiphys::masquerade
