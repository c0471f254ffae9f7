// The steps of src/base/file-steps.ts, converted.
#pragma once

#include <napi.h>

#include <vector>

#include "../sys/file-steps.h"

namespace tiphys::addon {

std::vector<FileStep> FileSteps(const Napi::Value& value);

}  // namespace tiphys::addon
