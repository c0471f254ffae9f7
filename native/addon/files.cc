// The room of plain files: conversion only. native/files.ts is its mirror.
#include <napi.h>

#include <memory>

#include "../sys/file-steps.h"
#include "../sys/remove-tree.h"
#include "async.h"
#include "convert.h"
#include "rooms.h"

namespace tiphys::addon {
namespace {

// Entries deleted in one turn: some milliseconds of a worker thread that others wait for too.
constexpr int kRemovalsPerTurn = 1000;

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

Napi::Value MakeFiles(const Napi::CallbackInfo& info) {
  const auto list = info[0].As<Napi::Array>();
  auto steps = std::make_shared<std::vector<FileStep>>();
  for (uint32_t i = 0; i < list.Length(); i++) steps->push_back(StepFrom(list.Get(i).As<Napi::Object>()));
  return Async<std::monostate>(
      info.Env(), [steps] { return CarryOut(*steps); },
      [](Napi::Env env, std::monostate&) -> Napi::Value { return env.Undefined(); });
}

Napi::Value ReadBoundedFrom(const Napi::CallbackInfo& info) {
  const std::string path = info[0].As<Napi::String>();
  const auto max_bytes = static_cast<size_t>(info[1].As<Napi::Number>().Int64Value());
  const bool follow_links = info[2].As<Napi::Boolean>();
  return Async<std::string>(
      info.Env(), [path, max_bytes, follow_links] { return ReadBounded(path, max_bytes, follow_links); },
      [](Napi::Env env, std::string& content) -> Napi::Value {
        return Napi::Buffer<char>::Copy(env, content.data(), content.size());
      });
}

Napi::Value RemoveSome(const Napi::CallbackInfo& info) {
  const auto list = info[0].As<Napi::Array>();
  auto paths = std::make_shared<std::vector<std::string>>();
  for (uint32_t i = 0; i < list.Length(); i++) paths->push_back(list.Get(i).As<Napi::String>());
  return Async<bool>(
      info.Env(),
      [paths]() -> Result<bool> {
        int budget = kRemovalsPerTurn;
        for (const auto& path : *paths) {
          auto removed = RemoveTree(path, budget);
          if (!removed || !*removed) return removed;
        }
        return true;
      },
      [](Napi::Env env, bool& done) -> Napi::Value { return Napi::Boolean::New(env, done); });
}

}  // namespace

void RegisterFiles(Napi::Env env, Napi::Object exports) {
  exports.Set("makeFiles", Napi::Function::New(env, MakeFiles));
  exports.Set("readBounded", Napi::Function::New(env, ReadBoundedFrom));
  exports.Set("removeSome", Napi::Function::New(env, RemoveSome));
}

}  // namespace tiphys::addon
