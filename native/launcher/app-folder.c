#include "app-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failed.h"
#include "remove-versions.h"
#include "remove-folder.h"
#include "unpack-files.h"

// Those of root serve all; whoever may not write there has a cache of its own, as the XDG base directories have it.
static int base_folder(char base[PATH_MAX]) {
  const char *asked = getenv("TIPHYS_APP_DIR");
  const char *cache = getenv("XDG_CACHE_HOME");
  const char *home = getenv("HOME");
  int length;
  if (asked != NULL && *asked == '/') {
    length = snprintf(base, PATH_MAX, "%s", asked);
  } else if (geteuid() == 0) {
    length = snprintf(base, PATH_MAX, "/var/lib/tiphys/app");
  } else if (cache != NULL && *cache == '/') {
    length = snprintf(base, PATH_MAX, "%s/tiphys/app", cache);
  } else if (home != NULL && *home == '/') {
    length = snprintf(base, PATH_MAX, "%s/.cache/tiphys/app", home);
  } else {
    return failed_because("there is no folder to unpack into: set HOME, or TIPHYS_APP_DIR to one of your own");
  }
  return length < PATH_MAX ? 0 : failed_because("the name of the folder to unpack into is too long");
}

static int make_folders(char *path) {
  for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
    if (slash != NULL) *slash = '\0';
    const int made = mkdir(path, 0755);
    const int told = made < 0 && errno != EEXIST ? failed("cannot make the folder", path) : 0;
    if (slash == NULL || told < 0) return told;
    *slash = '/';
  }
}

// What is run from there must have been put there by this user.
static int open_base(char *path) {
  if (make_folders(path) < 0) return -1;
  const int base = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct stat folder;
  if (base < 0 || fstat(base, &folder) < 0) return failed("cannot open the folder", path);
  if (folder.st_uid == geteuid() && (folder.st_mode & (S_IWGRP | S_IWOTH)) == 0) return base;
  close(base);
  fprintf(stderr, "tiphys: others may write to %s, so nothing is run from there; remove it, or set TIPHYS_APP_DIR\n", path);
  return -1;
}

static int unpack_as(const struct payload *payload, int base, const char *name) {
  remove_folder(base, name);
  if (mkdirat(base, name, 0755) < 0) return failed("cannot make the folder", name);
  const int folder = openat(base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return failed("cannot open the folder", name);
  const int unpacked = unpack_files(payload, folder);
  close(folder);
  return unpacked;
}

static int unpack_into(const struct payload *payload, int base, const char *base_path) {
  char partial[32];
  snprintf(partial, sizeof partial, PARTIAL_PREFIX "%d", (int)getpid());
  int unpacked = unpack_as(payload, base, partial);
  if (unpacked == 0 && renameat(base, partial, base, payload->id) < 0) {
    // Another process was quicker.
    if (errno != EEXIST && errno != ENOTEMPTY) unpacked = failed("cannot name the folder", payload->id);
  }
  remove_folder(base, partial);
  if (unpacked < 0) {
    fprintf(stderr, "tiphys: nothing was unpacked into %s\n", base_path);
    return -1;
  }
  if (fsync(base) < 0) return failed("cannot sync", base_path);
  remove_versions(base, base_path, payload->id);
  return 0;
}

int app_folder(const struct payload *payload, char path[PATH_MAX]) {
  char base_path[PATH_MAX];
  if (base_folder(base_path) < 0) return -1;
  if (snprintf(path, PATH_MAX, "%s/%s", base_path, payload->id) >= PATH_MAX) {
    return failed_because("the name of the folder to unpack into is too long");
  }
  const int base = open_base(base_path);
  if (base < 0) return -1;
  const int is_there = faccessat(base, payload->id, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  const int unpacked = is_there ? 0 : unpack_into(payload, base, base_path);
  close(base);
  return unpacked;
}
