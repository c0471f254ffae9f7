#include "confined.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATH_LIMIT 4096
#define LINK_DEPTH 16

static int lookup(int root, const char *path, int no_links) {
  struct open_how how = {
      .flags = O_PATH | O_CLOEXEC,
      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | (no_links ? RESOLVE_NO_SYMLINKS : 0),
  };
  for (int attempt = 0;; attempt++) {
    int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
    // EAGAIN: something was renamed meanwhile and the kernel could not prove containment.
    if (fd >= 0 || errno != EAGAIN || attempt == 64) return fd;
  }
}

// Rewrites `path` so that the link at its first `prefix` bytes is replaced by what it points at.
static int expand_link(int parent, const char *name, char *path, size_t prefix) {
  char link[PATH_LIMIT];
  char result[PATH_LIMIT];
  ssize_t length = readlinkat(parent, name, link, sizeof link - 1);
  if (length < 0) return -1;
  link[length] = 0;
  size_t base = link[0] == '/' ? 0 : prefix - strlen(name);
  if (base + (size_t)length + 1 + strlen(path + prefix) + 1 > sizeof result) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(result, path, base);
  memcpy(result + base, link, (size_t)length);
  strcpy(result + base + length, path + prefix);
  strcpy(path, result);
  return 0;
}

// Makes the missing component that ends at `prefix`; 1 when `path` was rewritten and must be walked anew.
static int create_component(int root, char *path, size_t prefix, enum entry create, int no_links) {
  char parent_path[PATH_LIMIT];
  size_t start = prefix;
  while (start > 0 && path[start - 1] != '/') start--;
  memcpy(parent_path, path, start);
  strcpy(parent_path + start, start ? "" : "/");
  char name[256];
  if (prefix - start >= sizeof name) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(name, path + start, prefix - start);
  name[prefix - start] = 0;

  int parent = lookup(root, parent_path, no_links);
  if (parent < 0) return -1;
  int made;
  if (path[prefix] == 0 && create == ENTRY_FILE) {
    made = openat(parent, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0644);
    if (made >= 0) close(made);
  } else {
    made = mkdirat(parent, name, 0755);
  }
  int result = made < 0 ? -1 : 0;
  if (made < 0 && errno == EEXIST) {
    struct stat info;
    if (fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode) && !no_links) {
      result = expand_link(parent, name, path, prefix) == 0 ? 1 : -1;
    } else {
      result = 0;
    }
  }
  int saved = errno;
  close(parent);
  errno = saved;
  return result;
}

int confined_open(int root, const char *wanted, enum entry create, int no_links) {
  int fd = lookup(root, wanted, no_links);
  if (fd >= 0 || errno != ENOENT || create == ENTRY_NONE) return fd;
  char path[PATH_LIMIT];
  if (strlen(wanted) >= sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(path, wanted);
  for (int depth = 0; depth < LINK_DEPTH; depth++) {
    int rewritten = 0;
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') path[--length] = 0;
    for (size_t end = 1; end <= length && !rewritten; end++) {
      if (path[end] != '/' && path[end] != 0) continue;
      if (path[end - 1] == '/') continue;
      char rest = path[end];
      path[end] = 0;
      fd = lookup(root, path, no_links);
      path[end] = rest;
      if (fd >= 0) {
        close(fd);
        continue;
      }
      if (errno != ENOENT) return -1;
      int made = create_component(root, path, end, create, no_links);
      if (made < 0) return -1;
      rewritten = made;
    }
    if (!rewritten) return lookup(root, path, no_links);
  }
  errno = ELOOP;
  return -1;
}

int confined_parent(int root, const char *path, const char **name) {
  char parent[PATH_LIMIT];
  const char *slash = strrchr(path, '/');
  size_t length = slash ? (size_t)(slash - path) : 0;
  if (!slash || length >= sizeof parent) {
    errno = EINVAL;
    return -1;
  }
  memcpy(parent, path, length);
  strcpy(parent + length, length ? "" : "/");
  *name = slash + 1;
  return confined_open(root, parent, ENTRY_DIRECTORY, 0);
}
