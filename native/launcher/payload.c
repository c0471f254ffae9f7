#include "payload.h"

#include <ctype.h>
#include <endian.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failed.h"

static const char MAGIC[16] = {'t', 'i', 'p', 'h', 'y', 's', ' ', 'p', 'a', 'y', 'l', 'o', 'a', 'd', ' ', '1'};

struct trailer {
  char magic[sizeof MAGIC];
  uint64_t offset;
  uint64_t length;
  char id[32];
};
_Static_assert(sizeof(struct trailer) == 64, "64 bytes, as they are written");

static int is_id(const char *id, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (!isxdigit((unsigned char)id[i])) return 0;
  }
  return 1;
}

int payload_open(struct payload *payload) {
  payload->fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (payload->fd < 0) return failed("cannot read its own file", "/proc/self/exe");
  struct stat file;
  if (fstat(payload->fd, &file) < 0) return failed("cannot read its own file", "/proc/self/exe");
  struct trailer trailer;
  const uint64_t size = (uint64_t)file.st_size;
  if (size < sizeof trailer || pread(payload->fd, &trailer, sizeof trailer, (off_t)(size - sizeof trailer)) != sizeof trailer ||
      memcmp(trailer.magic, MAGIC, sizeof MAGIC) != 0) {
    return failed_because("this file is cut off: it does not end as it was made");
  }
  payload->offset = le64toh(trailer.offset);
  payload->length = le64toh(trailer.length);
  const uint64_t room = size - sizeof trailer;
  if (payload->offset > room || payload->length != room - payload->offset || !is_id(trailer.id, sizeof trailer.id)) {
    return failed_because("this file is damaged: what it says of its parts does not fit");
  }
  memcpy(payload->id, trailer.id, sizeof trailer.id);
  payload->id[sizeof trailer.id] = '\0';
  return 0;
}
