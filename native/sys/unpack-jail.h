// The confinement of the unpacker's own process. Afterwards "/" is the layer's directory, on a mount
// that runs nothing and opens no device; the old root is gone, no network call, no exec, no ptrace and no
// mount is possible, and of root's privileges only those are left that writing a layer needs.
//
// Why a process and not a thread with openat2: the parser reads what strangers wrote. openat2 guards
// against paths that lie, a jail also against the day when the parser itself is wrong. Starting the process
// costs one to three milliseconds a layer; what the jail adds is lost in that.
#pragma once

#include <string>
#include <vector>

#include "layer-stack.h"

namespace tiphys {

struct Jail {
  Fd root;
  LayerStack lower;  // read-only
};

// `lower_directories` topmost first. Must run before anything of the layer is read.
Result<Jail> EnterJail(const std::string& directory, const std::vector<std::string>& lower_directories);

}  // namespace tiphys
