#include <napi.h>

#include "rooms.h"

namespace tiphys::addon {

void RegisterNetwork(Napi::Env, Napi::Object) {}

}  // namespace tiphys::addon
