#include "nft-message.h"

#include <arpa/inet.h>

namespace tiphys::nft {
namespace {

using netlink::Message;

Message Batch(uint16_t type) {
  return Message(type, NLM_F_REQUEST,
                 nfgenmsg{.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = htons(NFNL_SUBSYS_NFTABLES)});
}

void Data(Message& rule, uint16_t attribute, const void* bytes, size_t size) {
  const size_t nest = rule.Open(attribute);
  rule.Put(NFTA_DATA_VALUE, bytes, size).Close(nest);
}

}  // namespace

Message Request(uint16_t type, uint16_t flags) {
  return Message((NFNL_SUBSYS_NFTABLES << 8) | type, NLM_F_REQUEST | NLM_F_ACK | flags,
                 nfgenmsg{.nfgen_family = NFPROTO_IPV4, .version = NFNETLINK_V0, .res_id = 0});
}

Result<> Transact(netlink::Socket& socket, const std::vector<Message*>& messages) {
  Message begin = Batch(NFNL_MSG_BATCH_BEGIN), end = Batch(NFNL_MSG_BATCH_END);
  std::vector<Message*> all{&begin};
  all.insert(all.end(), messages.begin(), messages.end());
  all.push_back(&end);
  return socket.Transaction(all, messages.size(), "nf_tables");
}

void Expression(Message& rule, const char* name, const std::function<void()>& data) {
  const size_t element = rule.Open(NFTA_LIST_ELEM);
  rule.PutString(NFTA_EXPR_NAME, name);
  const size_t body = rule.Open(NFTA_EXPR_DATA);
  data();
  rule.Close(body).Close(element);
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

void MatchDevicePrefix(Message& rule, nft_meta_keys key, nft_cmp_ops operation, std::string_view prefix) {
  Expression(rule, "meta", [&] {
    rule.PutU32Be(NFTA_META_KEY, key).PutU32Be(NFTA_META_DREG, kRegister);
  });
  Compare(rule, operation, prefix.data(), prefix.size());
}

}  // namespace tiphys::nft
