// One call that may block, run on a libuv worker and answered as a promise.
#pragma once

#include <napi.h>

#include <functional>
#include <optional>

#include "../sys/result.h"
#include "convert.h"

namespace tiphys::addon {

template <typename T>
class Work : public Napi::AsyncWorker {
 public:
  using Run = std::function<Result<T>()>;
  using Convert = std::function<Napi::Value(Napi::Env, T&)>;

  static Napi::Value Start(Napi::Env env, Run run, Convert convert) {
    auto* work = new Work(env, std::move(run), std::move(convert));
    const Napi::Promise promise = work->deferred_.Promise();
    work->Queue();
    return promise;
  }

 private:
  Work(Napi::Env env, Run run, Convert convert)
      : Napi::AsyncWorker(env), deferred_(env), run_(std::move(run)), convert_(std::move(convert)) {}

  void Execute() override { result_.emplace(run_()); }
  void OnOK() override {
    if (!*result_)
      deferred_.Reject(ToError(Env(), result_->error()).Value());
    else
      deferred_.Resolve(convert_(Env(), **result_));
  }

  Napi::Promise::Deferred deferred_;
  Run run_;
  Convert convert_;
  std::optional<Result<T>> result_;
};

}  // namespace tiphys::addon
