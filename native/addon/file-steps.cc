#include "file-steps.h"

namespace tiphys::addon {
namespace {

FileStep::Kind KindOf(Napi::Env env, const std::string& kind) {
  if (kind == "directory") return FileStep::Kind::kDirectory;
  if (kind == "file") return FileStep::Kind::kFile;
  if (kind == "link") return FileStep::Kind::kLink;
  if (kind == "unless") return FileStep::Kind::kUnless;
  if (kind == "spread") return FileStep::Kind::kSpread;
  throw Napi::TypeError::New(env, "unknown kind of step: " + kind);
}

std::string Bytes(const Napi::Value& value) {
  if (value.IsString()) return value.As<Napi::String>().Utf8Value();
  const auto bytes = value.As<Napi::Uint8Array>();
  return {reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength()};
}

uint32_t IdOr(const Napi::Value& value, uint32_t otherwise) {
  return value.IsNull() ? otherwise : value.As<Napi::Number>().Uint32Value();
}

FileStep StepFrom(const Napi::Object& object) {
  return {KindOf(object.Env(), object.Get("kind").As<Napi::String>()),
          object.Get("path").As<Napi::String>(),
          Bytes(object.Get("data")),
          object.Get("mode").As<Napi::Number>().Uint32Value(),
          object.Get("fresh").As<Napi::Boolean>().Value(),
          IdOr(object.Get("uid"), static_cast<uint32_t>(-1)),
          IdOr(object.Get("gid"), static_cast<uint32_t>(-1))};
}

}  // namespace

std::vector<FileStep> FileSteps(const Napi::Value& value) {
  const auto list = value.As<Napi::Array>();
  std::vector<FileStep> steps;
  for (uint32_t i = 0; i < list.Length(); i++) steps.push_back(StepFrom(list.Get(i).As<Napi::Object>()));
  return steps;
}

}  // namespace tiphys::addon
