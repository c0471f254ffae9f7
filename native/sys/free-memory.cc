#include "free-memory.h"

#include <malloc.h>

namespace tiphys {

Result<std::monostate> GiveBackFreeMemory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
  return kOk;
}

}  // namespace tiphys
