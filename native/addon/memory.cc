// The room of this process's memory: conversion only. native/memory.ts is its mirror.
#include <napi.h>

#include "../sys/free-memory.h"
#include "async.h"
#include "rooms.h"

namespace tiphys::addon {
namespace {

Napi::Value GiveBack(const Napi::CallbackInfo& info) {
  return Async<std::monostate>(
      info.Env(), [] { return GiveBackFreeMemory(); },
      [](Napi::Env env, std::monostate&) -> Napi::Value { return env.Undefined(); });
}

}  // namespace

void RegisterMemory(Napi::Env env, Napi::Object exports) {
  exports.Set("giveBackFreeMemory", Napi::Function::New(env, GiveBack));
}

}  // namespace tiphys::addon
