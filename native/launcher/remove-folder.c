#include "remove-folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void empty_folder(int folder, dev_t device);

static void remove_entry(int beside, const char *name, dev_t device) {
  struct stat entry;
  if (fstatat(beside, name, &entry, AT_SYMLINK_NOFOLLOW) < 0 || entry.st_dev != device) return;
  if (!S_ISDIR(entry.st_mode)) {
    unlinkat(beside, name, 0);
    return;
  }
  const int folder = openat(beside, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder >= 0) empty_folder(folder, device);
  unlinkat(beside, name, AT_REMOVEDIR);
}

// Closes it.
static void empty_folder(int folder, dev_t device) {
  DIR *entries = fdopendir(folder);
  if (entries == NULL) {
    close(folder);
    return;
  }
  for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) remove_entry(dirfd(entries), entry->d_name, device);
  }
  closedir(entries);
}

void remove_folder(int beside, const char *name) {
  struct stat folder;
  if (fstat(beside, &folder) == 0) remove_entry(beside, name, folder.st_dev);
}
