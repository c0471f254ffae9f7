#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol.h"
#include "steps.h"
#include "write-whole.h"

#define PATH_LIMIT 4096

// Exactly this mode, whatever the umask: an overlay's root has that of its upper directory.
static int make_directory(const char *path, mode_t mode) {
  if (mkdir(path, mode) < 0) return errno == EEXIST ? 0 : -1;
  return chmod(path, mode);
}

static int make_parents(const char *path) {
  char parent[PATH_LIMIT];
  if (strlen(path) >= sizeof parent) {
    errno = ENAMETOOLONG;
    return -1;
  }
  for (size_t end = 0; path[end]; end++) {
    parent[end] = path[end];
    if (path[end] != '/' || end == 0) continue;
    parent[end] = 0;
    if (make_directory(parent, 0755) < 0) return -1;
    parent[end] = '/';
  }
  return 0;
}

int step_mkdir(struct cursor *cursor, uint16_t flags) {
  uint32_t mode = read_u32(cursor);
  const char *path = read_string(cursor);
  if (cursor->broken) return -1;
  int result = make_directory(path, mode);
  if (result == 0 || errno != ENOENT || !(flags & OP_PARENTS)) return result;
  return make_parents(path) < 0 ? -1 : make_directory(path, mode);
}

static int write_all(int fd, const char *data, size_t length) {
  while (length) {
    ssize_t written = write(fd, data, length);
    if (written < 0 && errno != EINTR) return -1;
    if (written < 0) continue;
    data += written;
    length -= (size_t)written;
  }
  return 0;
}

int step_file(struct cursor *cursor) {
  uint32_t mode = read_u32(cursor);
  const char *path = read_string(cursor);
  const char *data = read_string(cursor);
  if (cursor->broken) return -1;
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  int result = write_all(fd, data, strlen(data));
  if (result == 0) result = fchmod(fd, mode);
  int error = errno;
  close(fd);
  errno = error;
  return result;
}

int step_rename(struct cursor *cursor) {
  const char *path = read_string(cursor);
  const char *new_path = read_string(cursor);
  return cursor->broken ? -1 : rename(path, new_path);
}

int step_write(struct cursor *cursor) {
  const char *path = read_string(cursor);
  const char *data = read_string(cursor);
  return cursor->broken ? -1 : write_whole(path, data);
}

int step_hostname(struct cursor *cursor) {
  const char *name = read_string(cursor);
  if (cursor->broken) return -1;
  return sethostname(name, strlen(name));
}

int step_label(struct plan_context *context, struct cursor *cursor) {
  const char *text = read_string(cursor);
  if (cursor->broken) return -1;
  struct pod *pod = context->pod;
  if (pod->label_room == 0) return 0;
  memset(pod->label, 0, pod->label_room);
  strncpy(pod->label, text, pod->label_room - 1);
  return 0;
}

int step_loopback_up(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  int result = ioctl(fd, SIOCSIFFLAGS, &request);
  int error = errno;
  close(fd);
  errno = error;
  return result;
}
