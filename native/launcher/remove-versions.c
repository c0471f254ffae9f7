#include "remove-versions.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "remove-folder.h"

static int is_run(const char *base_path, const char *version) {
  char prefix[PATH_MAX];
  const int length = snprintf(prefix, sizeof prefix, "%s/%s/", base_path, version);
  DIR *processes = opendir("/proc");
  // Who cannot look leaves everything in place.
  if (processes == NULL || length >= (int)sizeof prefix) return 1;
  int found = 0;
  for (struct dirent *entry = readdir(processes); entry != NULL && !found; entry = readdir(processes)) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    char link[sizeof entry->d_name + 5];
    char program[PATH_MAX];
    snprintf(link, sizeof link, "%s/exe", entry->d_name);
    const ssize_t got = readlinkat(dirfd(processes), link, program, sizeof program);
    found = got > length && memcmp(program, prefix, (size_t)length) == 0;
  }
  closedir(processes);
  return found;
}

static int is_partial(const char *name) {
  return strncmp(name, PARTIAL_PREFIX, sizeof PARTIAL_PREFIX - 1) == 0;
}

static int is_left_behind(const char *base_path, const char *name, const char *kept) {
  if (is_partial(name)) {
    const int process = atoi(name + sizeof PARTIAL_PREFIX - 1);
    return process > 0 && kill(process, 0) < 0 && errno == ESRCH;
  }
  return name[0] != '.' && strcmp(name, kept) != 0 && !is_run(base_path, name);
}

void remove_versions(int base, const char *base_path, const char *kept) {
  const int folder = openat(base, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = folder < 0 ? NULL : fdopendir(folder);
  if (entries == NULL) {
    if (folder >= 0) close(folder);
    return;
  }
  for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
    if (is_left_behind(base_path, entry->d_name, kept)) remove_folder(base, entry->d_name);
  }
  closedir(entries);
}
