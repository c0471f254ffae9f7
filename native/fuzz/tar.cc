// Layers, read and unpacked into a file system in memory that is attached nowhere.
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "../sys/unpack.h"

namespace {

using tiphys::Fd;

// So that a mistake cannot reach the host: as nobody, who is root only of a namespace of his own.
bool Confine() {
  if (::geteuid() == 0 && (::setresgid(65534, 65534, 65534) != 0 || ::setresuid(65534, 65534, 65534) != 0)) return false;
  const std::string map = "0 " + std::to_string(::getuid()) + " 1";
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  const Fd file(::open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), map.data(), map.size()) == static_cast<ssize_t>(map.size());
}

Fd EmptyTree() {
  const Fd context(::fsopen("tmpfs", FSOPEN_CLOEXEC));
  if (!context || ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) return Fd();
  return Fd(::fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC));
}

void Read(int input, tiphys::Unpacker* unpacker) {
  ::lseek(input, 0, SEEK_SET);
  const auto bytes = std::make_unique<tiphys::TarInput>(input, 1 << 20);
  tiphys::TarReader reader(*bytes);
  try {
    for (tiphys::TarEntry entry; reader.Next(entry);) {
      if (unpacker != nullptr) unpacker->Apply(entry, reader);
      if (tiphys::Quote(entry.name).size() > 1000) std::abort();
    }
    bytes->Drain();
    if (unpacker != nullptr) unpacker->Finish();
  } catch (const tiphys::Refusal& refusal) {
    if (refusal.message.size() > 4096) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool confined = Confine();
  static const Fd input(::memfd_create("layer", MFD_CLOEXEC));
  if (::ftruncate(input.get(), 0) != 0 || ::pwrite(input.get(), data, size, 0) != static_cast<ssize_t>(size)) return 0;
  Read(input.get(), nullptr);
  const Fd tree = confined ? EmptyTree() : Fd();
  if (!tree) return 0;
  Fd root(::openat(tree.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root) return 0;
  const tiphys::LayerStack lower{std::vector<Fd>()};
  tiphys::Unpacker unpacker(root.get(), lower, {.bytes = 1 << 20, .inodes = 1000});
  Read(input.get(), &unpacker);
  return 0;
}
