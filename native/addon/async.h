// Blocking work on a libuv worker, its result as a promise.
#pragma once

#include <napi.h>

#include <functional>
#include <optional>

#include "../sys/result.h"
#include "convert.h"

namespace tiphys::addon {

template <typename T>
class PromiseWorker : public Napi::AsyncWorker {
 public:
  using Work = std::function<Result<T>()>;
  using Convert = std::function<Napi::Value(Napi::Env, T&)>;

  PromiseWorker(Napi::Env env, Work work, Convert convert)
      : Napi::AsyncWorker(env), deferred_(env), work_(std::move(work)), convert_(std::move(convert)) {}

  Napi::Promise promise() { return deferred_.Promise(); }

 protected:
  void Execute() override { result_.emplace(work_()); }

  void OnOK() override {
    Napi::HandleScope scope(Env());
    if (*result_) {
      deferred_.Resolve(convert_(Env(), **result_));
    } else {
      deferred_.Reject(ToError(Env(), result_->error()).Value());
    }
  }

  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  Work work_;
  Convert convert_;
  std::optional<Result<T>> result_;
};

template <typename T>
Napi::Promise Async(Napi::Env env, typename PromiseWorker<T>::Work work, typename PromiseWorker<T>::Convert convert) {
  auto* worker = new PromiseWorker<T>(env, std::move(work), std::move(convert));
  const auto promise = worker->promise();
  worker->Queue();
  return promise;
}

}  // namespace tiphys::addon
