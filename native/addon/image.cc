#include <napi.h>

#include "../sys/file-lock.h"
#include "../sys/layer-stack.h"
#include "../sys/unpack-spawn.h"
#include "async.h"
#include "convert.h"
#include "rooms.h"

namespace tiphys::addon {
namespace {

Napi::Value StartUnpack(const Napi::CallbackInfo& info) {
  Result<UnpackProcess> started = StartUnpacker(info[0].As<Napi::String>(), Strings(info[1]));
  if (!started) throw ToError(info.Env(), started.error());
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("input", (*started).input.release());
  object.Set("outcome", (*started).outcome.release());
  object.Set("process", (*started).process.release());
  return object;
}

Napi::Value ReapUnpack(const Napi::CallbackInfo& info) {
  const Fd process(info[0].As<Napi::Number>().Int32Value());
  Result<UnpackExit> exit = ReapUnpacker(process.get());
  if (!exit) throw ToError(info.Env(), exit.error());
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("code", (*exit).code);
  object.Set("signal", (*exit).signal);
  return object;
}

Napi::Value KillUnpack(const Napi::CallbackInfo& info) {
  return Return(info.Env(), KillUnpacker(info[0].As<Napi::Number>().Int32Value()));
}

Napi::Value TryLockFile(const Napi::CallbackInfo& info) {
  Result<bool> locked = TryLock(info[0].As<Napi::Number>().Int32Value());
  if (!locked) throw ToError(info.Env(), locked.error());
  return Napi::Boolean::New(info.Env(), *locked);
}

Napi::Value SyncFiles(const Napi::CallbackInfo& info) {
  const std::string path = info[0].As<Napi::String>();
  return Async<std::monostate>(
      info.Env(), [path] { return SyncFileSystem(path); },
      [](Napi::Env env, std::monostate&) -> Napi::Value { return env.Undefined(); });
}

Napi::Value ReadLayeredFile(const Napi::CallbackInfo& info) {
  const std::vector<std::string> directories = Strings(info[0]);
  const std::string path = info[1].As<Napi::String>();
  const size_t max_bytes = static_cast<size_t>(info[2].As<Napi::Number>().Int64Value());
  return Async<std::string>(
      info.Env(), [=] { return ReadLayered(directories, path, max_bytes); },
      [](Napi::Env env, std::string& bytes) -> Napi::Value {
        return Napi::Buffer<char>::Copy(env, bytes.data(), bytes.size());
      });
}

}  // namespace

void RegisterImage(Napi::Env env, Napi::Object exports) {
  exports.Set("startUnpack", Napi::Function::New(env, StartUnpack));
  exports.Set("reapUnpack", Napi::Function::New(env, ReapUnpack));
  exports.Set("killUnpack", Napi::Function::New(env, KillUnpack));
  exports.Set("tryLockFile", Napi::Function::New(env, TryLockFile));
  exports.Set("syncFileSystem", Napi::Function::New(env, SyncFiles));
  exports.Set("readLayeredFile", Napi::Function::New(env, ReadLayeredFile));
}

}  // namespace tiphys::addon
