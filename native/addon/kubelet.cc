#include <napi.h>

#include "../sys/directory-beneath.h"
#include "../sys/seqpacket.h"
#include "../sys/shared-folder.h"
#include "../sys/tmpfs.h"
#include "convert.h"
#include "rooms.h"

namespace tiphys::addon {

static std::string Text(const Napi::CallbackInfo& info, size_t index) {
  if (!info[index].IsString()) throw Napi::TypeError::New(info.Env(), "path must be a string");
  return info[index].As<Napi::String>().Utf8Value();
}

static unsigned Mode(const Napi::CallbackInfo& info, size_t index) {
  if (!info[index].IsNumber()) throw Napi::TypeError::New(info.Env(), "mode must be a number");
  return info[index].As<Napi::Number>().Uint32Value();
}

static Napi::Value MountTmpfsOn(const Napi::CallbackInfo& info) {
  if (!info[1].IsObject()) throw Napi::TypeError::New(info.Env(), "options must be an object");
  const Napi::Object options = info[1].As<Napi::Object>();
  const Napi::Value mode = options.Get("mode");
  if (!mode.IsNumber()) throw Napi::TypeError::New(info.Env(), "mode must be a number");
  return Return(info.Env(), MountTmpfs(Text(info, 0), OptionalUint64(options, "sizeBytes"),
                                       mode.As<Napi::Number>().Uint32Value()));
}

static Napi::Value UnmountAt(const Napi::CallbackInfo& info) { return Return(info.Env(), Unmount(Text(info, 0))); }

static Napi::Value Share(const Napi::CallbackInfo& info) { return Return(info.Env(), ShareFolder(Text(info, 0))); }

static Napi::Value MakeBeneath(const Napi::CallbackInfo& info) {
  return Return(info.Env(), MakeDirectoryBeneath(Text(info, 0), Text(info, 1), Mode(info, 2)));
}

static Napi::Value ConnectStreamTo(const Napi::CallbackInfo& info) {
  auto socket = ConnectStream(Text(info, 0));
  if (!socket) throw ToError(info.Env(), socket.error());
  return Napi::Number::New(info.Env(), (*socket).release());
}

void RegisterKubelet(Napi::Env env, Napi::Object exports) {
  exports.Set("mountTmpfs", Napi::Function::New(env, MountTmpfsOn, "mountTmpfs"));
  exports.Set("unmount", Napi::Function::New(env, UnmountAt, "unmount"));
  exports.Set("shareFolder", Napi::Function::New(env, Share, "shareFolder"));
  exports.Set("connectStream", Napi::Function::New(env, ConnectStreamTo, "connectStream"));
  exports.Set("makeDirectoryBeneath", Napi::Function::New(env, MakeBeneath, "makeDirectoryBeneath"));
}

}  // namespace tiphys::addon
