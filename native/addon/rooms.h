// Each room of the addon adds its functions to `exports`; native/<room>.ts is its mirror in TypeScript.
#pragma once

#include <napi.h>

namespace tiphys::addon {
void RegisterRuntime(Napi::Env env, Napi::Object exports);
void RegisterNetwork(Napi::Env env, Napi::Object exports);
void RegisterImage(Napi::Env env, Napi::Object exports);
void RegisterKubelet(Napi::Env env, Napi::Object exports);
void RegisterFiles(Napi::Env env, Napi::Object exports);
void RegisterMemory(Napi::Env env, Napi::Object exports);
void RegisterWatchdog(Napi::Env env, Napi::Object exports);
}  // namespace tiphys::addon
