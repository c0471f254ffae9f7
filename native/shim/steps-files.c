#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "steps.h"

int step_mkdir(struct cursor *cursor) {
  uint32_t mode = read_u32(cursor);
  const char *path = read_string(cursor);
  if (cursor->broken) return -1;
  if (mkdir(path, mode) < 0) return errno == EEXIST ? 0 : -1;
  // Exactly this mode, whatever the umask: an overlay's root has that of its upper directory.
  return chmod(path, mode);
}

int step_write(struct cursor *cursor) {
  const char *path = read_string(cursor);
  const char *data = read_string(cursor);
  if (cursor->broken) return -1;
  int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return -1;
  ssize_t written = write(fd, data, strlen(data));
  int error = errno;
  close(fd);
  errno = error;
  return written < 0 ? -1 : 0;
}

int step_hostname(struct cursor *cursor) {
  const char *name = read_string(cursor);
  if (cursor->broken) return -1;
  return sethostname(name, strlen(name));
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
