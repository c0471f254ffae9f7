// The table of what the addon exports: one register function a room, in that room's file.
#include <napi.h>

#include "rooms.h"

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  tiphys::addon::RegisterRuntime(env, exports);
  tiphys::addon::RegisterNetwork(env, exports);
  tiphys::addon::RegisterImage(env, exports);
  tiphys::addon::RegisterKubelet(env, exports);
  tiphys::addon::RegisterFiles(env, exports);
  tiphys::addon::RegisterMemory(env, exports);
  tiphys::addon::RegisterWatchdog(env, exports);
  return exports;
}

NODE_API_MODULE(tiphys, Init)
