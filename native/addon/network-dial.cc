// TCP connect with a deadline inside a chosen namespace, waited for on Node's own loop: a target that
// does not answer holds no worker thread.
#include <napi.h>
#include <uv.h>

#include "../sys/bound-socket.h"
#include "network-convert.h"
#include "network-rooms.h"

namespace tiphys::addon {
namespace {

class Dial {
 public:
  static Napi::Value Start(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const Endpoint to{AddressOf(env, info[1].As<Napi::String>()),
                      static_cast<uint16_t>(info[2].As<Napi::Number>().Uint32Value())};
    auto* dial = new Dial(env, to);
    const Napi::Promise promise = dial->deferred_.Promise();
    auto fd = StartConnect(NetnsOf(info[0]), to);
    if (!fd) {
      dial->deferred_.Reject(ToError(env, fd.error()).Value());
      delete dial;
      return promise;
    }
    dial->fd_ = std::move(*fd);
    dial->Wait(static_cast<uint64_t>(info[3].As<Napi::Number>().Int64Value()));
    return promise;
  }

 private:
  Dial(Napi::Env env, Endpoint to) : env_(env), to_(to), deferred_(env), context_(env, "tiphys:dial") {}

  void Wait(uint64_t deadline_ms) {
    uv_loop_t* loop = nullptr;
    napi_get_uv_event_loop(env_, &loop);
    uv_poll_init(loop, &poll_, fd_.get());
    uv_timer_init(loop, &timer_);
    poll_.data = timer_.data = this;
    uv_poll_start(&poll_, UV_WRITABLE, [](uv_poll_t* poll, int status, int) {
      auto* dial = static_cast<Dial*>(poll->data);
      // libuv says EBADF for POLLERR, which is how a refused connect shows: the socket knows better.
      const int code = ConnectError(dial->fd_.get());
      dial->Finish(code == 0 && status < 0 ? -status : code);
    });
    uv_timer_start(&timer_, [](uv_timer_t* timer) { static_cast<Dial*>(timer->data)->Finish(ETIMEDOUT); }, deadline_ms, 0);
  }

  void Finish(int code) {
    const auto closed = [](uv_handle_t* handle) {
      auto* dial = static_cast<Dial*>(handle->data);
      if (--dial->open_handles_ == 0) delete dial;
    };
    // Before the fd is handed on: closing drops it from the loop's epoll set, where Node will put it anew.
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), closed);
    uv_close(reinterpret_cast<uv_handle_t*>(&timer_), closed);
    Napi::HandleScope handles(env_);
    Napi::CallbackScope callback(env_, context_);  // runs the promise's reactions on leaving
    if (code == 0) ReportIcmpErrors(fd_.get(), to_.address.family(), false);
    if (code == 0)
      deferred_.Resolve(Napi::Number::New(env_, fd_.release()));
    else
      deferred_.Reject(ToError(env_, Error{code, "connect", ToString(to_)}).Value());
  }

  Napi::Env env_;
  Endpoint to_;
  Napi::Promise::Deferred deferred_;
  Napi::AsyncContext context_;
  Fd fd_;
  uv_poll_t poll_{};
  uv_timer_t timer_{};
  int open_handles_ = 2;
};

}  // namespace

void RegisterNetworkDial(Napi::Env env, Napi::Object exports) {
  exports.Set("tcpDial", Napi::Function::New(env, Dial::Start, "tcpDial"));
}

}  // namespace tiphys::addon
