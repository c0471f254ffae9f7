// The room of plain files: conversion only. native/files.ts is its mirror.
#include <napi.h>

#include <memory>

#include "../sys/file-steps.h"
#include "../sys/remove-tree.h"
#include "async.h"
#include "convert.h"
#include "file-steps.h"
#include "rooms.h"

namespace tiphys::addon {
namespace {

// Entries deleted in one turn: some milliseconds of a worker thread that others wait for too.
constexpr int kRemovalsPerTurn = 1000;

Napi::Value MakeFiles(const Napi::CallbackInfo& info) {
  auto steps = std::make_shared<std::vector<FileStep>>(FileSteps(info[0]));
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
