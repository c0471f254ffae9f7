// The runtime room: conversion only. native/runtime.ts is its mirror.
#include <napi.h>
#include <signal.h>

#include <memory>

#include "../sys/cgroup.h"
#include "../sys/device-filter.h"
#include "../sys/file-system.h"
#include "../sys/memfd.h"
#include "../sys/pidfd.h"
#include "../sys/seqpacket.h"
#include "../sys/spawn.h"
#include "async.h"
#include "convert.h"
#include "file-steps.h"
#include "rooms.h"
#include "runtime-watch.h"

namespace tiphys::addon {
namespace {

Napi::Value SealedMemfdFrom(const Napi::CallbackInfo& info) {
  const auto name = info[0].As<Napi::String>().Utf8Value();
  const auto bytes = info[1].As<Napi::Buffer<uint8_t>>();
  auto fd = SealedMemfd(name.c_str(), bytes.Data(), bytes.Length(), info[2].As<Napi::Boolean>().Value());
  if (!fd) throw ToError(info.Env(), fd.error());
  return Napi::Number::New(info.Env(), (*fd).release());
}

Napi::Value CloseFd(const Napi::CallbackInfo& info) {
  Fd closed(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

Napi::Value SpawnShim(const Napi::CallbackInfo& info) {
  const auto options = info[0].As<Napi::Object>();
  auto request = std::make_shared<SpawnRequest>();
  const auto files = std::make_shared<std::vector<FileStep>>(FileSteps(options.Get("files")));
  request->program = options.Get("program").As<Napi::Number>().Int32Value();
  request->arguments = Strings(options.Get("args"));
  request->namespaces = static_cast<uint64_t>(options.Get("namespaces").As<Napi::Number>().Int64Value());
  const auto cgroup = options.Get("cgroup");
  if (!cgroup.IsNull()) request->cgroup = cgroup.As<Napi::String>().Utf8Value();
  return Async<Spawned>(
      info.Env(), [files, request]() -> Result<Spawned> {
        if (auto made = CarryOut(*files); !made) return made.error();
        return Spawn(*request);
      },
      [](Napi::Env env, Spawned& spawned) -> Napi::Value {
        auto result = Napi::Object::New(env);
        result.Set("pid", Napi::Number::New(env, spawned.pid));
        result.Set("pidfd", Napi::Number::New(env, spawned.pidfd.release()));
        result.Set("socket", Napi::Number::New(env, spawned.socket.release()));
        return result;
      });
}

Napi::Value ConnectShim(const Napi::CallbackInfo& info) {
  auto connection = ConnectSeqpacket(info[0].As<Napi::String>().Utf8Value());
  if (!connection) throw ToError(info.Env(), connection.error());
  auto result = Napi::Object::New(info.Env());
  result.Set("socket", Napi::Number::New(info.Env(), (*connection).socket.release()));
  result.Set("pid", Napi::Number::New(info.Env(), (*connection).peer));
  return result;
}

Napi::Value OpenPidfdOf(const Napi::CallbackInfo& info) {
  auto fd = OpenPidfd(info[0].As<Napi::Number>().Int32Value());
  if (!fd) throw ToError(info.Env(), fd.error());
  return Napi::Number::New(info.Env(), (*fd).release());
}

Napi::Value SignalPidfdWith(const Napi::CallbackInfo& info) {
  const int pidfd = info[0].As<Napi::Number>().Int32Value();
  return Return(info.Env(), SignalPidfd(pidfd, info[1].As<Napi::Number>().Int32Value()));
}

// Applies `act` to each path on a worker; the first failure rejects, after the others were tried.
template <typename Act>
Napi::Value ForEachPath(const Napi::CallbackInfo& info, Act act) {
  auto paths = std::make_shared<std::vector<std::string>>(Strings(info[0]));
  return Async<std::monostate>(
      info.Env(),
      [paths, act]() -> Result<> {
        Result<> first = kOk;
        for (const auto& path : *paths) {
          auto result = act(path);
          if (!result && first) first = std::move(result);
        }
        return first;
      },
      [](Napi::Env env, std::monostate&) -> Napi::Value { return env.Undefined(); });
}

Napi::Value MakeCgroups(const Napi::CallbackInfo& info) { return ForEachPath(info, MakeCgroup); }

Napi::Value KillCgroups(const Napi::CallbackInfo& info) { return ForEachPath(info, KillCgroup); }

Napi::Value RemoveCgroups(const Napi::CallbackInfo& info) { return ForEachPath(info, RemoveCgroup); }

Napi::Value LoadDeviceFilterFrom(const Napi::CallbackInfo& info) {
  const auto program = info[0].As<Napi::Buffer<uint8_t>>();
  auto filter = LoadDeviceFilter(program.Data(), program.Length());
  if (!filter) throw ToError(info.Env(), filter.error());
  return Napi::Number::New(info.Env(), (*filter).release());
}

Napi::Value AttachDeviceFilterTo(const Napi::CallbackInfo& info) {
  const int filter = info[0].As<Napi::Number>().Int32Value();
  const auto cgroup = std::make_shared<std::string>(info[1].As<Napi::String>().Utf8Value());
  return Async<std::monostate>(
      info.Env(), [filter, cgroup] { return AttachDeviceFilter(filter, *cgroup); },
      [](Napi::Env env, std::monostate&) -> Napi::Value { return env.Undefined(); });
}

Napi::Value RequireFileSystemOf(const Napi::CallbackInfo& info) {
  return Return(info.Env(), RequireFileSystem(info[0].As<Napi::String>().Utf8Value()));
}

}  // namespace

void RegisterRuntime(Napi::Env env, Napi::Object exports) {
  exports.Set("sealedMemfd", Napi::Function::New(env, SealedMemfdFrom));
  exports.Set("closeFd", Napi::Function::New(env, CloseFd));
  exports.Set("spawnShim", Napi::Function::New(env, SpawnShim));
  exports.Set("connectShim", Napi::Function::New(env, ConnectShim));
  exports.Set("openPidfd", Napi::Function::New(env, OpenPidfdOf));
  exports.Set("signalPidfd", Napi::Function::New(env, SignalPidfdWith));
  exports.Set("makeCgroups", Napi::Function::New(env, MakeCgroups));
  exports.Set("killCgroups", Napi::Function::New(env, KillCgroups));
  exports.Set("removeCgroups", Napi::Function::New(env, RemoveCgroups));
  exports.Set("loadDeviceFilter", Napi::Function::New(env, LoadDeviceFilterFrom));
  exports.Set("attachDeviceFilter", Napi::Function::New(env, AttachDeviceFilterTo));
  exports.Set("requireFileSystem", Napi::Function::New(env, RequireFileSystemOf));
  RegisterWatches(env, exports);
}

}  // namespace tiphys::addon
