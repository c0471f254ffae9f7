#include "forward-accept.h"

#include <fcntl.h>
#include <netinet/in.h>  // before the kernel's headers, which then leave its names alone
#include <sys/socket.h>

#include <linux/netfilter_ipv4/ip_tables.h>

#include <cstring>

#include "netlink.h"
#include "netns.h"
#include "nft-message.h"

namespace tiphys::forward_accept {
namespace {

using netlink::Message;

constexpr const char* kTable = "filter";
constexpr const char* kChain = "FORWARD";

// libnftnl's form of a comment: type 0, length, text with its NUL.
std::string CommentOf(const std::string& owner) {
  std::string data{'\0', static_cast<char>(owner.size() + 1)};
  return data + owner + '\0';
}

void ForEachAttribute(const nlmsghdr* message, const std::function<void(const nlattr*)>& visit) {
  auto left = static_cast<int>(message->nlmsg_len) - static_cast<int>(NLMSG_SPACE(sizeof(nfgenmsg)));
  auto* at = reinterpret_cast<const char*>(message) + NLMSG_SPACE(sizeof(nfgenmsg));
  while (left >= static_cast<int>(NLA_HDRLEN)) {
    const auto* attribute = reinterpret_cast<const nlattr*>(at);
    if (attribute->nla_len < NLA_HDRLEN || attribute->nla_len > left) return;
    visit(attribute);
    at += NLA_ALIGN(attribute->nla_len);
    left -= NLA_ALIGN(attribute->nla_len);
  }
}

uint16_t TypeOf(const nlattr* attribute) { return attribute->nla_type & NLA_TYPE_MASK; }
const char* DataOf(const nlattr* attribute) { return reinterpret_cast<const char*>(attribute) + NLA_HDRLEN; }
size_t SizeOf(const nlattr* attribute) { return attribute->nla_len - NLA_HDRLEN; }
std::string TextOf(const nlattr* attribute) { return {DataOf(attribute), ::strnlen(DataOf(attribute), SizeOf(attribute))}; }

template <typename Wire>
Wire ReadBe(const nlattr* attribute) {
  Wire value = 0;
  for (size_t i = 0; i < sizeof value && i < SizeOf(attribute); ++i)
    value = static_cast<Wire>(value << 8 | static_cast<uint8_t>(DataOf(attribute)[i]));
  return value;
}

Result<std::vector<uint64_t>> HandlesOf(netlink::Socket& socket, const std::string& owner, int family) {
  Message dump((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETRULE, NLM_F_REQUEST | NLM_F_DUMP,
               nfgenmsg{.nfgen_family = static_cast<uint8_t>(family), .version = NFNETLINK_V0, .res_id = 0});
  dump.PutString(NFTA_RULE_TABLE, kTable).PutString(NFTA_RULE_CHAIN, kChain);
  const std::string comment = CommentOf(owner);
  std::vector<uint64_t> handles;
  auto done = socket.Dump(dump, "nf_tables rules", [&](const nlmsghdr* rule) {
    uint64_t handle = 0;
    bool ours = false;
    ForEachAttribute(rule, [&](const nlattr* attribute) {
      if (TypeOf(attribute) == NFTA_RULE_HANDLE) handle = ReadBe<uint64_t>(attribute);
      if (TypeOf(attribute) == NFTA_RULE_USERDATA) ours = std::string(DataOf(attribute), SizeOf(attribute)) == comment;
    });
    if (ours) handles.push_back(handle);
  });
  if (!done && done.error().code != ENOENT) return done.error();
  return handles;
}

Message AcceptRule(nft_meta_keys direction, const Rule& rule) {
  Message message = nft::Request(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, rule.family);
  message.PutString(NFTA_RULE_TABLE, kTable).PutString(NFTA_RULE_CHAIN, kChain);
  const size_t expressions = message.Open(NFTA_RULE_EXPRESSIONS);
  nft::MatchDevicePrefix(message, direction, NFT_CMP_EQ, rule.device);
  nft::Expression(message, "counter", [] {});
  nft::Expression(message, "immediate", [&] {
    message.PutU32Be(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    const size_t data = message.Open(NFTA_IMMEDIATE_DATA);
    const size_t verdict = message.Open(NFTA_DATA_VERDICT);
    message.PutU32Be(NFTA_VERDICT_CODE, NF_ACCEPT).Close(verdict).Close(data);
  });
  message.Close(expressions);
  const std::string comment = CommentOf(rule.owner);
  message.Put(NFTA_RULE_USERDATA, comment.data(), comment.size());
  return message;
}

std::vector<Message> Deletions(const std::vector<uint64_t>& handles, int family) {
  std::vector<Message> all;
  for (const uint64_t handle : handles) {
    Message message = nft::Request(NFT_MSG_DELRULE, 0, family);
    message.PutString(NFTA_RULE_TABLE, kTable).PutString(NFTA_RULE_CHAIN, kChain);
    message.PutU64Be(NFTA_RULE_HANDLE, handle);
    all.push_back(std::move(message));
  }
  return all;
}

Result<> Replace(netlink::Socket& socket, std::vector<Message> messages) {
  std::vector<Message*> all;
  for (Message& message : messages) all.push_back(&message);
  return all.empty() ? kOk : nft::Transact(socket, all);
}

Result<bool> HasChain(netlink::Socket& socket, int family) {
  Message get = nft::Request(NFT_MSG_GETCHAIN, 0, family);
  get.PutString(NFTA_CHAIN_TABLE, kTable).PutString(NFTA_CHAIN_NAME, kChain);
  auto found = socket.Request(get, "nf_tables chain", kChain);
  if (!found && found.error().code != ENOENT) return found.error();
  return static_cast<bool>(found);
}

// The rule at a chain's end is its policy.
bool LegacyDrops() {
  auto socket = netns::Socket(netns::kOwn, AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (!socket) return false;
  ipt_getinfo info{};
  std::strncpy(info.name, kTable, sizeof info.name - 1);
  socklen_t size = sizeof info;
  if (::getsockopt((*socket).get(), IPPROTO_IP, IPT_SO_GET_INFO, &info, &size) < 0) return false;
  std::vector<char> bytes(sizeof(ipt_get_entries) + info.size);
  auto* entries = reinterpret_cast<ipt_get_entries*>(bytes.data());
  std::strncpy(entries->name, kTable, sizeof entries->name - 1);
  entries->size = info.size;
  size = static_cast<socklen_t>(bytes.size());
  if (::getsockopt((*socket).get(), IPPROTO_IP, IPT_SO_GET_ENTRIES, entries, &size) < 0) return false;
  const size_t at = info.underflow[NF_INET_FORWARD];
  if (at + sizeof(ipt_entry) + sizeof(xt_standard_target) > info.size) return false;
  const char* policy = reinterpret_cast<const char*>(entries->entrytable) + at;
  xt_standard_target target;
  std::memcpy(&target, policy + reinterpret_cast<const ipt_entry*>(policy)->target_offset, sizeof target);
  return target.verdict == -NF_DROP - 1;
}

// Asking for a table of iptables without nf_tables would load it.
bool HasLegacyTable() {
  Fd names(::open("/proc/net/ip_tables_names", O_RDONLY | O_CLOEXEC));
  char text[256];
  const ssize_t got = names ? ::read(names.get(), text, sizeof text) : 0;
  return got > 0 && std::string(text, static_cast<size_t>(got)).find("filter\n") != std::string::npos;
}

const char* NameOf(uint8_t family) {
  switch (family) {
    case NFPROTO_IPV4: return "ip";
    case NFPROTO_IPV6: return "ip6";
    case NFPROTO_INET: return "inet";
    default: return nullptr;
  }
}

}  // namespace

Result<> Put(int netns, const Rule& rule) {
  auto socket = netlink::Socket::Open(netns, NETLINK_NETFILTER);
  if (!socket) return socket.error();
  auto has_chain = HasChain(*socket, rule.family);
  if (!has_chain) return has_chain.error();
  if (!*has_chain) return kOk;
  auto handles = HandlesOf(*socket, rule.owner, rule.family);
  if (!handles) return handles.error();
  if ((*handles).size() == 2) return kOk;
  std::vector<Message> messages = Deletions(*handles, rule.family);
  messages.push_back(AcceptRule(NFT_META_IIFNAME, rule));
  messages.push_back(AcceptRule(NFT_META_OIFNAME, rule));
  return Replace(*socket, std::move(messages));
}

Result<> Remove(int netns, const std::string& owner, int family) {
  auto socket = netlink::Socket::Open(netns, NETLINK_NETFILTER);
  if (!socket) return socket.error();
  auto handles = HandlesOf(*socket, owner, family);
  if (!handles) return handles.error();
  return Replace(*socket, Deletions(*handles, family));
}

Result<std::vector<DroppingChain>> Dropping() {
  std::vector<DroppingChain> dropping;
  if (HasLegacyTable() && LegacyDrops()) dropping.push_back({"legacy", kTable, kChain});
  auto socket = netlink::Socket::Open(netns::kOwn, NETLINK_NETFILTER);
  if (!socket) return socket.error();
  Message dump((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETCHAIN, NLM_F_REQUEST | NLM_F_DUMP,
               nfgenmsg{.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = 0});
  auto done = (*socket).Dump(dump, "nf_tables chains", [&](const nlmsghdr* message) {
    const auto* general = static_cast<const nfgenmsg*>(NLMSG_DATA(message));
    const char* family = NameOf(general->nfgen_family);
    if (family == nullptr) return;
    DroppingChain chain{family, "", ""};
    bool drops = false, forwards = false;
    ForEachAttribute(message, [&](const nlattr* attribute) {
      switch (TypeOf(attribute)) {
        case NFTA_CHAIN_TABLE: chain.table = TextOf(attribute); break;
        case NFTA_CHAIN_NAME: chain.chain = TextOf(attribute); break;
        case NFTA_CHAIN_POLICY: drops = ReadBe<uint32_t>(attribute) == NF_DROP; break;
        // A nest whose first attribute is the hook's number.
        case NFTA_CHAIN_HOOK:
          forwards = ReadBe<uint32_t>(reinterpret_cast<const nlattr*>(DataOf(attribute))) == NF_INET_FORWARD;
          break;
        default: break;
      }
    });
    if (drops && forwards) dropping.push_back(chain);
  });
  if (!done) return done.error();
  return dropping;
}

}  // namespace tiphys::forward_accept
