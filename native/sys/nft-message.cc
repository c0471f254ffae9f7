#include "nft-message.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

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

Message Request(uint16_t type, uint16_t flags, int family) {
  return Message((NFNL_SUBSYS_NFTABLES << 8) | type, NLM_F_REQUEST | NLM_F_ACK | flags,
                 nfgenmsg{.nfgen_family = static_cast<uint8_t>(family), .version = NFNETLINK_V0, .res_id = 0});
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

void MatchAddress(Message& rule, End end, nft_cmp_ops operation, const link::Prefix& prefix) {
  const AddressBytes address(prefix.address);
  const auto size = static_cast<uint32_t>(address.size());
  // RFC 791, RFC 8200.
  const uint32_t source = prefix.address.is_ipv4() ? 12 : 8;
  std::array<uint8_t, 16> mask{}, network{}, none{};
  for (uint32_t i = 0; i < size; ++i) {
    const int bits = std::clamp(prefix.length - static_cast<int>(i) * 8, 0, 8);
    mask[i] = static_cast<uint8_t>(0xff00 >> bits);
    network[i] = static_cast<uint8_t>(address.data()[i] & mask[i]);
  }
  Expression(rule, "payload", [&] {
    rule.PutU32Be(NFTA_PAYLOAD_DREG, kRegister).PutU32Be(NFTA_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
    rule.PutU32Be(NFTA_PAYLOAD_OFFSET, end == End::kSource ? source : source + size).PutU32Be(NFTA_PAYLOAD_LEN, size);
  });
  Expression(rule, "bitwise", [&] {
    rule.PutU32Be(NFTA_BITWISE_SREG, kRegister).PutU32Be(NFTA_BITWISE_DREG, kRegister);
    rule.PutU32Be(NFTA_BITWISE_LEN, size);
    Data(rule, NFTA_BITWISE_MASK, mask.data(), size);
    Data(rule, NFTA_BITWISE_XOR, none.data(), size);
  });
  Compare(rule, operation, network.data(), size);
}

void MatchDevicePrefix(Message& rule, nft_meta_keys key, nft_cmp_ops operation, std::string_view prefix) {
  Expression(rule, "meta", [&] {
    rule.PutU32Be(NFTA_META_KEY, key).PutU32Be(NFTA_META_DREG, kRegister);
  });
  Compare(rule, operation, prefix.data(), prefix.size());
}

}  // namespace tiphys::nft
