// The service data plane as an object: every call is a decision of JavaScript's, none is per connection.
#include <napi.h>

#include "../sys/pump.h"
#include "network-convert.h"
#include "network-rooms.h"

namespace tiphys::addon {
namespace {

class ServicePump : public Napi::ObjectWrap<ServicePump> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "ServicePump",
                       {InstanceMethod<&ServicePump::Listen>("listen"), InstanceMethod<&ServicePump::Put>("put"),
                        InstanceMethod<&ServicePump::Close>("close"),
                        InstanceMethod<&ServicePump::EndAllTo>("endAllTo"), InstanceMethod<&ServicePump::Stats>("stats"),
                        InstanceMethod<&ServicePump::Stop>("stop")});
  }

  explicit ServicePump(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ServicePump>(info) {
    const auto options = info[0].As<Napi::Object>();
    auto started = pump::Pump::Start(NetnsOf(options.Get("netns")), Number(options, "threads"),
                                     {.connections = Number(options, "connections"),
                                      .flows = Number(options, "flows"),
                                      .affinity_entries = Number(options, "affinityEntries")});
    if (!started) throw ToError(info.Env(), started.error());
    pump_ = std::move(*started);
  }

 private:
  static pump::Backends BackendsOf(const Napi::Object& object) {
    pump::Backends backends;
    const int family = FamilyOf(object.Get("family"));
    const size_t words = family == AF_INET ? 1 : 4;
    const auto endpoints = object.Get("endpoints").As<Napi::Uint32Array>();
    for (size_t i = 0; i + words < endpoints.ElementLength(); i += words + 1)
      backends.endpoints.push_back({AddressAt(endpoints, i, family), static_cast<uint16_t>(endpoints[i + words])});
    if (backends.endpoints.empty()) throw Napi::RangeError::New(object.Env(), "endpoints must not be empty");
    backends.allowed = RangesOf(object.Get("allowedSources").As<Napi::Uint32Array>(), family);
    backends.affinity_seconds = Number(object, "affinitySeconds");
    const auto admitted = object.Get("admitted").As<Napi::Array>();
    for (uint32_t i = 0; i < admitted.Length(); ++i) backends.admitted.push_back(AdmittedOf(admitted.Get(i), family));
    if (!backends.admitted.empty() && backends.admitted.size() != backends.endpoints.size())
      throw Napi::RangeError::New(object.Env(), "admitted must be as many as endpoints");
    backends.answered = AdmittedOf(object.Get("answered"), family);
    return backends;
  }

  static pump::Admitted AdmittedOf(const Napi::Value& value, int family) {
    if (value.IsNull()) return std::nullopt;
    return RangesOf(value.As<Napi::Uint32Array>(), family);
  }

  static std::vector<pump::AddressRange> RangesOf(const Napi::Uint32Array& numbers, int family) {
    const size_t words = family == AF_INET ? 1 : 4;
    std::vector<pump::AddressRange> ranges;
    for (size_t i = 0; i + 2 * words <= numbers.ElementLength(); i += 2 * words)
      ranges.push_back({AddressAt(numbers, i, family), AddressAt(numbers, i + words, family)});
    return ranges;
  }

  static Address AddressAt(const Napi::Uint32Array& numbers, size_t at, int family) {
    if (family == AF_INET) return Address::OfIpv4(numbers[at]);
    const auto half = [&](size_t word) { return uint64_t{numbers[word]} << 32 | numbers[word + 1]; };
    return {half(at), half(at + 2)};
  }

  pump::Pump& Running(Napi::Env env) {
    if (pump_ == nullptr) throw Napi::Error::New(env, "the pump was stopped");
    return *pump_;
  }

  Napi::Value Listen(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto at = info[0].As<Napi::Object>();
    const auto protocol = Text(at, "protocol") == "UDP" ? pump::Protocol::kUdp : pump::Protocol::kTcp;
    const Endpoint endpoint{AddressOf(env, Text(at, "address")), static_cast<uint16_t>(Number(at, "port"))};
    auto id = Running(env).Listen(protocol, NetnsOf(at.Get("netns")), endpoint, BackendsOf(info[1].As<Napi::Object>()));
    if (!id) throw ToError(env, id.error());
    return Napi::Number::New(env, *id);
  }

  void Put(const Napi::CallbackInfo& info) {
    Running(info.Env()).Put(info[0].As<Napi::Number>().Uint32Value(), BackendsOf(info[1].As<Napi::Object>()));
  }

  void Close(const Napi::CallbackInfo& info) {
    Running(info.Env()).Close(info[0].As<Napi::Number>().Uint32Value());
  }

  void EndAllTo(const Napi::CallbackInfo& info) {
    Running(info.Env()).EndAllTo(AddressOf(info.Env(), info[0].As<Napi::String>()));
  }

  Napi::Value Stats(const Napi::CallbackInfo& info) {
    const auto& counters = Running(info.Env()).counters();
    auto stats = Napi::Object::New(info.Env());
    stats.Set("connections", static_cast<double>(counters.connections));
    stats.Set("undeliverable", static_cast<double>(counters.undeliverable));
    stats.Set("overLimit", static_cast<double>(counters.over_limit));
    stats.Set("pauses", static_cast<double>(counters.pauses));
    stats.Set("openConnections", static_cast<double>(counters.open_connections));
    stats.Set("openFlows", static_cast<double>(counters.open_flows));
    return stats;
  }

  void Stop(const Napi::CallbackInfo&) { pump_.reset(); }

  std::unique_ptr<pump::Pump> pump_;
};

}  // namespace

void RegisterNetworkPump(Napi::Env env, Napi::Object exports) { exports.Set("ServicePump", ServicePump::Define(env)); }

}  // namespace tiphys::addon
