#pragma once

#include <napi.h>

namespace tiphys::addon {
// Adds `openChannel` and `watchPidfd`, whose events arrive on the JavaScript loop.
void RegisterWatches(Napi::Env env, Napi::Object exports);
}  // namespace tiphys::addon
