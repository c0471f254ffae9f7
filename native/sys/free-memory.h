#pragma once

#include "result.h"

namespace tiphys {

// Gives the pages of freed memory that the allocator keeps, in the arenas of all threads, back to the kernel
// (malloc_trim(3)). Nothing where the C library has no such thing. It takes a millisecond for some 5 MB.
Result<std::monostate> GiveBackFreeMemory();

}  // namespace tiphys
