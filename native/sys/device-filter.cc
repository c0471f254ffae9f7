#include "device-filter.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "cgroup.h"

namespace tiphys {
namespace {

constexpr size_t kInstruction = sizeof(bpf_insn);

int Bpf(bpf_cmd command, bpf_attr* attributes) {
  return static_cast<int>(::syscall(SYS_bpf, command, attributes, sizeof *attributes));
}

}  // namespace

Result<Fd> LoadDeviceFilter(const uint8_t* program, size_t bytes) {
  static const char kLicense[] = "Apache-2.0";
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof attributes);
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = reinterpret_cast<uint64_t>(program);
  attributes.insn_cnt = static_cast<uint32_t>(bytes / kInstruction);
  attributes.license = reinterpret_cast<uint64_t>(kLicense);
  std::strcpy(attributes.prog_name, "tiphys_devices");
  Fd filter(Bpf(BPF_PROG_LOAD, &attributes));
  if (!filter) return LastError("bpf", "BPF_PROG_LOAD");
  return filter;
}

Result<> AttachDeviceFilter(int filter, const std::string& cgroup) {
  if (auto made = MakeCgroup(cgroup); !made) return made;
  Fd directory(::open(cgroup.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return LastError("open", cgroup);
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof attributes);
  attributes.target_fd = static_cast<uint32_t>(directory.get());
  attributes.attach_bpf_fd = static_cast<uint32_t>(filter);
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  if (Bpf(BPF_PROG_ATTACH, &attributes) < 0) return LastError("bpf", cgroup);
  return kOk;
}

}  // namespace tiphys
