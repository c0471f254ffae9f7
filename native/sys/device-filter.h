// cgroup v2 has no device controller: a program of type BPF_PROG_TYPE_CGROUP_DEVICE decides instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "fd.h"
#include "result.h"

namespace tiphys {

// `program` is eBPF, 8 bytes an instruction. EPERM without CAP_BPF, EINVAL on a kernel without CGROUP_BPF.
Result<Fd> LoadDeviceFilter(const uint8_t* program, size_t bytes);

// Makes the cgroup where it is missing. The filter stays as long as the cgroup; those of its parents decide too.
Result<> AttachDeviceFilter(int filter, const std::string& cgroup);

}  // namespace tiphys
