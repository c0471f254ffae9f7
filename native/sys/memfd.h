#pragma once

#include <cstddef>

#include "fd.h"
#include "result.h"

namespace tiphys {

// A memory file with these bytes that nobody can change any more (memfd_create(2), F_ADD_SEALS).
// `executable` asks for MFD_EXEC where the kernel knows it.
Result<Fd> SealedMemfd(const char* name, const void* bytes, size_t length, bool executable);

}  // namespace tiphys
