// The network room is several files; each registers its own functions.
#pragma once

#include <napi.h>

namespace tiphys::addon {
void RegisterNetworkSockets(Napi::Env env, Napi::Object exports);
void RegisterNetworkDial(Napi::Env env, Napi::Object exports);
void RegisterNetworkPump(Napi::Env env, Napi::Object exports);
}  // namespace tiphys::addon
