// Conversions that the files of the network room share.
#pragma once

#include <arpa/inet.h>
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

inline uint32_t AddressOf(Napi::Env env, const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1)
    throw Napi::TypeError::New(env, "not an IPv4 address: " + text);
  return address.s_addr;
}

inline std::string AddressText(uint32_t address) {
  char text[INET_ADDRSTRLEN];
  const in_addr in{.s_addr = address};
  return ::inet_ntop(AF_INET, &in, text, sizeof text);
}

}  // namespace tiphys::addon
