#include "runtime-watch.h"

#include <uv.h>

#include <memory>

#include "../sys/pidfd.h"
#include "../sys/seqpacket.h"
#include "convert.h"

namespace tiphys::addon {
namespace {

constexpr size_t kPacketLimit = 128 * 1024;
constexpr int kPacketsPerTurn = 64;

// One descriptor watched for reading on the loop of its environment, closed with the watch.
class Watch : public std::enable_shared_from_this<Watch> {
 public:
  Watch(Napi::Env env, int fd, const char* name) : env_(env), context_(env, name), fd_(fd) {}
  virtual ~Watch() = default;

  void Start() {
    uv_loop_t* loop = nullptr;
    napi_get_uv_event_loop(env_, &loop);
    poll_ = new uv_poll_t;
    // The handle owns the watch until libuv has closed it, whatever JavaScript forgets meanwhile.
    poll_->data = new std::shared_ptr<Watch>(shared_from_this());
    uv_poll_init(loop, poll_, fd_.get());
    uv_poll_start(poll_, UV_READABLE,
                  [](uv_poll_t* poll, int, int) { (*static_cast<std::shared_ptr<Watch>*>(poll->data))->OnReadable(); });
  }

  void Stop() {
    if (poll_ == nullptr) return;
    uv_close(reinterpret_cast<uv_handle_t*>(poll_), [](uv_handle_t* handle) {
      delete static_cast<std::shared_ptr<Watch>*>(handle->data);
      delete reinterpret_cast<uv_poll_t*>(handle);
    });
    poll_ = nullptr;
    fd_ = Fd();
  }

  bool running() const { return poll_ != nullptr; }
  int fd() const { return fd_.get(); }

 protected:
  virtual void OnReadable() = 0;

  // What the callback throws is an uncaught exception, as in any event handler.
  void Call(const Napi::FunctionReference& callback, std::initializer_list<napi_value> arguments) {
    try {
      callback.MakeCallback(env_.Global(), arguments, context_);
    } catch (const Napi::Error& error) {
      napi_fatal_exception(env_, error.Value());
    }
  }

  Napi::Env env_;

 private:
  Napi::AsyncContext context_;
  Fd fd_;
  uv_poll_t* poll_ = nullptr;
};

class ChannelWatch : public Watch {
 public:
  ChannelWatch(Napi::Env env, int fd, Napi::Function on_message, Napi::Function on_end)
      : Watch(env, fd, "tiphys:channel"), on_message_(Napi::Persistent(on_message)), on_end_(Napi::Persistent(on_end)) {}

 protected:
  void OnReadable() override {
    Napi::HandleScope scope(env_);
    for (int i = 0; i < kPacketsPerTurn && running(); i++) {
      auto packet = ReceivePacket(fd(), kPacketLimit);
      if (!packet && (packet.error().code == EAGAIN || packet.error().code == EINTR)) return;
      if (!packet || (*packet).bytes.empty()) {
        Stop();
        Call(on_end_, {});
        return;
      }
      auto fds = Napi::Array::New(env_);
      for (auto& fd : (*packet).descriptors) fds.Set(fds.Length(), Napi::Number::New(env_, fd.release()));
      Call(on_message_, {Napi::Buffer<uint8_t>::Copy(env_, (*packet).bytes.data(), (*packet).bytes.size()), fds});
    }
  }

 private:
  Napi::FunctionReference on_message_;
  Napi::FunctionReference on_end_;
};

class PidfdWatch : public Watch {
 public:
  PidfdWatch(Napi::Env env, int fd, Napi::Function on_exit)
      : Watch(env, fd, "tiphys:pidfd"), on_exit_(Napi::Persistent(on_exit)) {}

 protected:
  void OnReadable() override {
    Napi::HandleScope scope(env_);
    ReapPidfd(fd());
    Stop();
    Call(on_exit_, {});
  }

 private:
  Napi::FunctionReference on_exit_;
};

// What JavaScript holds: closing is its own affair, and happens by itself when the environment goes.
template <typename T>
Napi::Object Hold(Napi::Env env, std::shared_ptr<T> watch) {
  auto object = Napi::Object::New(env);
  object.Set("close", Napi::Function::New(env, [watch](const Napi::CallbackInfo&) { watch->Stop(); }));
  env.AddCleanupHook([watch = std::weak_ptr<T>(watch)] {
    if (auto alive = watch.lock()) alive->Stop();
  });
  return object;
}

Napi::Value OpenChannel(const Napi::CallbackInfo& info) {
  auto watch = std::make_shared<ChannelWatch>(info.Env(), info[0].As<Napi::Number>().Int32Value(),
                                              info[1].As<Napi::Function>(), info[2].As<Napi::Function>());
  watch->Start();
  auto object = Hold(info.Env(), watch);
  object.Set("send", Napi::Function::New(info.Env(), [watch](const Napi::CallbackInfo& call) {
               const auto bytes = call[0].As<Napi::Buffer<uint8_t>>();
               const int fd = call[1].IsNull() ? -1 : call[1].As<Napi::Number>().Int32Value();
               if (!watch->running()) throw ToError(call.Env(), Error{EPIPE, "sendmsg", "shim"});
               return Return(call.Env(), SendPacket(watch->fd(), bytes.Data(), bytes.Length(), fd));
             }));
  return object;
}

Napi::Value WatchPidfd(const Napi::CallbackInfo& info) {
  auto watch =
      std::make_shared<PidfdWatch>(info.Env(), info[0].As<Napi::Number>().Int32Value(), info[1].As<Napi::Function>());
  watch->Start();
  return Hold(info.Env(), watch);
}

}  // namespace

void RegisterWatches(Napi::Env env, Napi::Object exports) {
  exports.Set("openChannel", Napi::Function::New(env, OpenChannel));
  exports.Set("watchPidfd", Napi::Function::New(env, WatchPidfd));
}

}  // namespace tiphys::addon
