#include <napi.h>

#include "rooms.h"

namespace tiphys::addon {

void RegisterImage(Napi::Env, Napi::Object) {}

}  // namespace tiphys::addon
