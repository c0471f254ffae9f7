// Whose SYNs a listening socket answers: classic BPF at the socket (socket(7), SO_ATTACH_FILTER), so that whoever is
// not admitted is dropped as by a router, and not connected first.
#pragma once

#include "backends.h"
#include "result.h"

namespace tiphys::pump {

// Beyond it, as kernels limit what a socket's options may take, everybody is answered.
inline constexpr size_t kMostFilteredRanges = 500;
// The same, of addresses that take more instructions.
inline constexpr size_t kMostFilteredRangesIpv6 = 75;

// True when a filter is in force afterwards; it replaces the one before at once.
Result<bool> AttachFilter(int fd, int family, const Admitted& answered);
void DetachFilter(int fd);

}  // namespace tiphys::pump
