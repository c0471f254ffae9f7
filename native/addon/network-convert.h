// Conversions that the files of the network room share.
#pragma once

#include <napi.h>

#include <string>

#include "../sys/link.h"
#include "../sys/netns.h"
#include "convert.h"

namespace tiphys::addon {

inline std::string Text(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsString()) throw Napi::TypeError::New(object.Env(), std::string(name) + " must be a string");
  return value.As<Napi::String>().Utf8Value();
}

inline uint32_t Number(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsNumber()) throw Napi::TypeError::New(object.Env(), std::string(name) + " must be a number");
  return value.As<Napi::Number>().Uint32Value();
}

inline int NetnsOf(const Napi::Value& value) {
  if (value.IsNull()) return netns::kOwn;
  if (!value.IsNumber()) throw Napi::TypeError::New(value.Env(), "netns must be a number or null");
  return value.As<Napi::Number>().Int32Value();
}

inline Address AddressOf(Napi::Env env, const std::string& text) {
  const auto address = ParseAddress(text);
  if (!address) throw Napi::TypeError::New(env, "not an IP address: " + text);
  return *address;
}

// `4` or `6`.
inline int FamilyOf(const Napi::Value& value) {
  const uint32_t version = value.IsNumber() ? value.As<Napi::Number>().Uint32Value() : 0;
  if (version != 4 && version != 6) throw Napi::TypeError::New(value.Env(), "family must be 4 or 6");
  return version == 4 ? AF_INET : AF_INET6;
}

}  // namespace tiphys::addon
