#include <napi.h>

#include "rooms.h"

namespace tiphys::addon {

void RegisterRuntime(Napi::Env, Napi::Object) {}

}  // namespace tiphys::addon
