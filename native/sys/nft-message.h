// Messages of nf_tables: tables, chains, and rules made of expressions (linux/netfilter/nf_tables.h).
#pragma once

#include <netinet/in.h>  // before the kernel's headers, which then leave its names alone

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <functional>
#include <string_view>
#include <vector>

#include "link.h"
#include "netlink.h"

namespace tiphys::nft {

inline constexpr uint32_t kRegister = NFT_REG_1;

// A request about tables of AF_INET or AF_INET6, acknowledged.
netlink::Message Request(uint16_t type, uint16_t flags, int family);

// All of `messages`, which are acknowledged, or none.
Result<> Transact(netlink::Socket& socket, const std::vector<netlink::Message*>& messages);

// One expression of the rule being built.
void Expression(netlink::Message& rule, const char* name, const std::function<void()>& data);
void Compare(netlink::Message& rule, nft_cmp_ops operation, const void* bytes, size_t size);
enum class End { kSource, kDestination };
void MatchAddress(netlink::Message& rule, End end, nft_cmp_ops operation, const link::Prefix& prefix);
// `key` is NFT_META_IIFNAME or NFT_META_OIFNAME.
void MatchDevicePrefix(netlink::Message& rule, nft_meta_keys key, nft_cmp_ops operation, std::string_view prefix);

}  // namespace tiphys::nft
