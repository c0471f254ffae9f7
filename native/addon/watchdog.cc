// A thread that notices when the event loop stands still, and what it does then. See native/watchdog.ts.
#include <fcntl.h>
#include <napi.h>
#include <node_version.h>
#include <unistd.h>
#include <uv.h>
#include <v8.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "../sys/exec-self.h"
#include "../sys/fd.h"
#include "rooms.h"

namespace tiphys::addon {
namespace {

constexpr int kTicks = 10;
constexpr int kFrames = 32;
constexpr auto kStackPatience = std::chrono::seconds(2);

class Watchdog {
 public:
  Watchdog(Napi::Env env, double stall_seconds, std::string report_path)
      : tick_(stall_seconds / kTicks), report_path_(std::move(report_path)), command_line_(OwnCommandLine()) {
    // V8's own interface is not stable: without the headers of this very Node there is no stack, but all else.
    const napi_node_version* version = nullptr;
    if (napi_get_node_version(env, &version) == napi_ok && version->major == NODE_MAJOR_VERSION) {
      isolate_ = v8::Isolate::GetCurrent();
    }
    uv_loop_t* loop = nullptr;
    napi_get_uv_event_loop(env, &loop);
    ping_ = new uv_async_t;
    ping_->data = this;
    uv_async_init(loop, ping_, [](uv_async_t* ping) { static_cast<Watchdog*>(ping->data)->answered_ = true; });
    uv_unref(reinterpret_cast<uv_handle_t*>(ping_));
    thread_ = std::thread([this] { Watch(); });
  }

  void Stop() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
    uv_close(reinterpret_cast<uv_handle_t*>(ping_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_async_t*>(handle); });
  }

 private:
  // Counts its own ticks, not the clock: while the whole process was stopped, the loop could not answer either.
  void Watch() {
    std::unique_lock lock(mutex_);
    for (int unanswered = 0; !changed_.wait_for(lock, tick_, [this] { return stopping_; });) {
      if (answered_.exchange(false)) {
        unanswered = 0;
        uv_async_send(ping_);
      } else if (++unanswered >= kTicks) {
        Stalled(lock);
        unanswered = 0;
      }
    }
  }

  void Stalled(std::unique_lock<std::mutex>& lock) {
    if (isolate_ != nullptr) {
      isolate_->RequestInterrupt(
          [](v8::Isolate* isolate, void* data) { static_cast<Watchdog*>(data)->TakeStack(isolate); }, this);
      changed_.wait_for(lock, kStackPatience, [this] { return has_stack_ || stopping_; });
    }
    // It moved on at the last moment.
    if (answered_ || stopping_) return;
    const std::string report = stack_.empty() ? "(not in JavaScript)\n" : stack_;
    const Fd file(::open(report_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file) Write(file.get(), report);
    Write(STDERR_FILENO, "tiphys: the event loop stands still; starting anew. It was at\n" + report);
    ExecSelf(command_line_);
  }

  // On the loop's thread, between two steps of JavaScript.
  void TakeStack(v8::Isolate* isolate) {
    const v8::HandleScope scope(isolate);
    std::string text;
    const auto trace = v8::StackTrace::CurrentStackTrace(isolate, kFrames);
    for (int i = 0; i < trace->GetFrameCount(); i++) {
      const auto frame = trace->GetFrame(isolate, static_cast<uint32_t>(i));
      const v8::String::Utf8Value function(isolate, frame->GetFunctionName());
      const v8::String::Utf8Value script(isolate, frame->GetScriptNameOrSourceURL());
      text += std::string(*function == nullptr ? "" : *function) + " (" + (*script == nullptr ? "" : *script) + ":" +
              std::to_string(frame->GetLineNumber()) + ":" + std::to_string(frame->GetColumn()) + ")\n";
    }
    const std::lock_guard lock(mutex_);
    stack_ = std::move(text);
    has_stack_ = true;
    changed_.notify_all();
  }

  static void Write(int fd, const std::string& text) {
    // Nothing can be done about a report that does not get out; the restart matters more.
    [[maybe_unused]] const ssize_t written = ::write(fd, text.data(), text.size());
  }

  const std::chrono::duration<double> tick_;
  const std::string report_path_;
  const CommandLine command_line_;
  v8::Isolate* isolate_ = nullptr;
  uv_async_t* ping_ = nullptr;
  std::atomic<bool> answered_ = true;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool has_stack_ = false;
  std::string stack_;
  std::thread thread_;
};

Napi::Value StartWatchdog(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  auto watchdog = std::make_shared<Watchdog>(info.Env(), options.Get("stallSeconds").As<Napi::Number>().DoubleValue(),
                                             options.Get("reportPath").As<Napi::String>().Utf8Value());
  info.Env().AddCleanupHook([watchdog] { watchdog->Stop(); });
  auto object = Napi::Object::New(info.Env());
  object.Set("stop", Napi::Function::New(info.Env(), [watchdog](const Napi::CallbackInfo&) { watchdog->Stop(); }));
  return object;
}

Napi::Value RestartInPlace(const Napi::CallbackInfo&) { ExecSelf(OwnCommandLine()); }

}  // namespace

void RegisterWatchdog(Napi::Env env, Napi::Object exports) {
  exports.Set("startWatchdog", Napi::Function::New(env, StartWatchdog, "startWatchdog"));
  exports.Set("restartInPlace", Napi::Function::New(env, RestartInPlace, "restartInPlace"));
}

}  // namespace tiphys::addon
