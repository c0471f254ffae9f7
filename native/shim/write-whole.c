#include "write-whole.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int write_whole(const char *path, const char *data) {
  int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return -1;
  ssize_t written = write(fd, data, strlen(data));
  int error = errno;
  close(fd);
  errno = error;
  return written < 0 ? -1 : 0;
}
