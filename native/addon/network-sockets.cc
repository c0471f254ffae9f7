// Sockets made in a chosen namespace and handed to Node by file descriptor.
#include <napi.h>

#include "../sys/bound-socket.h"
#include "network-convert.h"
#include "network-rooms.h"

namespace tiphys::addon {
namespace {

Endpoint EndpointOf(const Napi::CallbackInfo& info, size_t at) {
  return {AddressOf(info.Env(), info[at].As<Napi::String>()),
          static_cast<uint16_t>(info[at + 1].As<Napi::Number>().Uint32Value())};
}

Napi::Value Hand(Napi::Env env, Result<Fd> fd) {
  if (!fd) throw ToError(env, fd.error());
  return Napi::Number::New(env, (*fd).release());
}

Napi::Value TcpListen(const Napi::CallbackInfo& info) {
  return Hand(info.Env(), ListenTcp(NetnsOf(info[0]), EndpointOf(info, 1), info[3].As<Napi::Number>().Int32Value()));
}

Napi::Value UdpBind(const Napi::CallbackInfo& info) {
  return Hand(info.Env(), BindUdp(NetnsOf(info[0]), EndpointOf(info, 1)));
}

}  // namespace

void RegisterNetworkSockets(Napi::Env env, Napi::Object exports) {
  exports.Set("tcpListen", Napi::Function::New(env, TcpListen, "tcpListen"));
  exports.Set("udpBind", Napi::Function::New(env, UdpBind, "udpBind"));
}

}  // namespace tiphys::addon
