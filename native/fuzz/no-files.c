// The half of no-kernel.c that concerns files and mounts: there are none, and each call says yes or no.
#include "no-kernel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "kernel.h"

static int fill(struct stat *info) {
  memset(info, 0, sizeof *info);
  if (kernel_chance() < 0) return -1;
  uint8_t drawn = kernel_draw();
  static const mode_t types[] = {S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR};
  info->st_mode = types[drawn & 3] | 0644;
  info->st_rdev = drawn & 4 ? makedev(5, 2) : makedev(1, 3);
  info->st_size = (off_t)drawn * 64;
  return 0;
}
int fstat(int fd, struct stat *info) { return kernel_is_open(fd) ? fill(info) : (errno = EBADF, -1); }
int fstatat(int directory, const char *path, struct stat *info, int flags) { return (void)directory, (void)path, (void)flags, fill(info); }
int mkdir(const char *path, mode_t mode) { return kernel_touch(path, strlen(path)), (void)mode, kernel_chance(); }
int mkdirat(int directory, const char *path, mode_t mode) { return (void)directory, kernel_touch(path, strlen(path)), (void)mode, kernel_chance(); }
int mknodat(int directory, const char *path, mode_t mode, dev_t device) { return (void)directory, (void)path, (void)mode, (void)device, kernel_chance(); }
int symlinkat(const char *text, int directory, const char *path) { return (void)text, (void)directory, (void)path, kernel_chance(); }
int rename(const char *from, const char *to) { return kernel_touch(from, strlen(from)), kernel_touch(to, strlen(to)), kernel_chance(); }
int unlink(const char *path) { return kernel_touch(path, strlen(path)), kernel_chance(); }
int chmod(const char *path, mode_t mode) { return (void)path, (void)mode, kernel_chance(); }
int fchmod(int fd, mode_t mode) { return (void)mode, kernel_is_open(fd) ? kernel_chance() : (errno = EBADF, -1); }
int fchmodat(int directory, const char *path, mode_t mode, int flags) { return (void)directory, (void)path, (void)mode, (void)flags, kernel_chance(); }
int fchown(int fd, uid_t uid, gid_t gid) { return (void)fd, (void)uid, (void)gid, kernel_chance(); }
int chdir(const char *path) { return (void)path, kernel_chance(); }
int fchdir(int fd) { return (void)fd, kernel_chance(); }
mode_t umask(mode_t mode) { return (void)mode, 0; }
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data) {
  if (data) kernel_touch(data, strlen(data));
  return (void)source, (void)target, (void)type, (void)flags, kernel_chance();
}
int umount2(const char *path, int flags) { return (void)path, (void)flags, kernel_chance(); }
int fsconfig(int fd, unsigned int command, const char *key, const void *value, int more) {
  if (key) kernel_touch(key, strlen(key));
  if (value) kernel_touch(value, strlen(value));
  return (void)fd, (void)command, (void)more, kernel_chance();
}
int mount_setattr(int fd, const char *path, unsigned int flags, struct mount_attr *attributes, size_t size) {
  return (void)fd, (void)path, (void)flags, kernel_touch(attributes, size), kernel_chance();
}
int move_mount(int from, const char *from_path, int to, const char *to_path, unsigned int flags) {
  return (void)from, (void)from_path, (void)to, (void)to_path, (void)flags, kernel_chance();
}
