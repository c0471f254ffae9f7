// tiphys-unpack DIRECTORY MAX_BYTES MAX_INODES [LOWER...]: the tar stream on descriptor 0 becomes a layer
// in DIRECTORY, which must be empty. Descriptor 1 takes the outcome: "ok BYTES INODES OPAQUE_ROOT" or
// "CODE MESSAGE". Exit status 0 means that the outcome is "ok". LOWER are the layers below, topmost first.
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>

#include "../sys/unpack.h"
#include "../sys/unpack-jail.h"

namespace {

using tiphys::Refuse;

constexpr uint64_t kHeaderBytesPerEntry = 8 * 1024;

void Report(const std::string& outcome) {
  if (::write(1, outcome.data(), outcome.size()) < 0) ::_exit(3);
}

tiphys::UnpackCount Unpack(char** argv, int argc) {
  const tiphys::UnpackBudget budget{std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10)};
  auto jail = tiphys::EnterJail(argv[1], std::vector<std::string>(argv + 4, argv + argc));
  if (!jail) {
    Refuse("System", std::string(jail.error().call) + " " + jail.error().subject + ": " + ::strerror(jail.error().code));
  }
  tiphys::Unpacker unpacker((*jail).root.get(), (*jail).lower, budget);
  const auto input = std::make_unique<tiphys::TarInput>(0, budget.bytes + budget.inodes * kHeaderBytesPerEntry);
  tiphys::TarReader reader(*input);
  tiphys::TarEntry entry;
  while (reader.Next(entry)) unpacker.Apply(entry, reader);
  input->Drain();
  return unpacker.Finish();
}

}  // namespace

#ifdef __SANITIZE_ADDRESS__
// It has no environment to read this from, and in its jail nobody can look for leaks.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() { return "detect_leaks=0:exitcode=86"; }
#endif

int main(int argc, char** argv) {
  ::close_range(2, ~0U, 0);
  try {
    if (argc < 4) Refuse("System", "usage: tiphys-unpack DIRECTORY MAX_BYTES MAX_INODES [LOWER...]");
    const tiphys::UnpackCount count = Unpack(argv, argc);
    Report("ok " + std::to_string(count.bytes) + " " + std::to_string(count.inodes) + (count.opaque_root ? " 1" : " 0"));
    return 0;
  } catch (const tiphys::Refusal& refusal) {
    Report(std::string(refusal.code) + " " + refusal.message);
  } catch (const std::exception& error) {
    Report(std::string("Budget the layer needs too much memory: ") + error.what());
  }
  return 1;
}
