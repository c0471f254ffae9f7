#include "memfd.h"

#include <fcntl.h>
#include <sys/mman.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

namespace tiphys {

Result<Fd> SealedMemfd(const char* name, const void* bytes, size_t length, bool executable) {
  const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  Fd fd(::memfd_create(name, flags | (executable ? MFD_EXEC : 0)));
  // EINVAL: MFD_EXEC came with Linux 6.3; before it every memfd is executable.
  if (!fd && errno == EINVAL) fd = Fd(::memfd_create(name, flags));
  if (!fd) return LastError("memfd_create", name);
  const char* at = static_cast<const char*>(bytes);
  while (length > 0) {
    const ssize_t written = ::write(fd.get(), at, length);
    if (written < 0) return LastError("write", name);
    at += written;
    length -= static_cast<size_t>(written);
  }
  if (::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0) {
    return LastError("fcntl", name);
  }
  return fd;
}

}  // namespace tiphys
