#include "unpack-files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive.h"
#include "failed.h"

// ustar, as POSIX.1-2017 (pax) has it: a block of 512 bytes before each file, whose bytes fill whole blocks.
#define BLOCK 512
#define CHUNK 131072

struct header {
  char name[100];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char link[100];
  char magic[6];
  char version[2];
  char owner[32];
  char group[32];
  char major[8];
  char minor[8];
  char prefix[155];
  char rest[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "one block");

// A name of both its fields, which need not end in a zero.
#define PATH_LENGTH (sizeof((struct header *)0)->prefix + 1 + sizeof((struct header *)0)->name + 1)

static int is_end(const struct header *header) {
  static const struct header zero;
  return memcmp(header, &zero, sizeof zero) == 0;
}

static uint64_t octal(const char *digits, size_t length) {
  uint64_t value = 0;
  for (size_t i = 0; i < length && digits[i] >= '0' && digits[i] <= '7'; i++) value = value * 8 + (uint64_t)(digits[i] - '0');
  return value;
}

static int is_sound(const struct header *header) {
  const uint8_t *bytes = (const uint8_t *)header;
  const size_t from = offsetof(struct header, checksum);
  uint64_t sum = 0;
  for (size_t i = 0; i < BLOCK; i++) sum += i >= from && i < from + sizeof header->checksum ? ' ' : bytes[i];
  return memcmp(header->magic, "ustar", 6) == 0 && sum == octal(header->checksum, sizeof header->checksum);
}

// Whether it leads from a folder to somewhere below it, by names alone.
static int leads_below(const char *path) {
  if (*path == '\0' || *path == '/') return 0;
  for (const char *part = path; part != NULL; part = strchr(part, '/')) {
    if (*part == '/') part += 1;
    const size_t length = strcspn(part, "/");
    if (length == 2 && part[0] == '.' && part[1] == '.') return 0;
  }
  return 1;
}

static void path_of(const struct header *header, char *path) {
  const int prefix = (int)strnlen(header->prefix, sizeof header->prefix);
  const int name = (int)strnlen(header->name, sizeof header->name);
  snprintf(path, PATH_LENGTH, "%.*s%s%.*s", prefix, header->prefix, prefix > 0 ? "/" : "", name, header->name);
}

// The folder that a file of the archive lies in, and those above it.
static int make_parents(int to, char *path) {
  for (char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    const int made = mkdirat(to, path, 0755);
    const int is_there = made == 0 || errno == EEXIST;
    const int told = is_there ? 0 : failed("cannot make the folder", path);
    *slash = '/';
    if (told < 0) return -1;
  }
  return 0;
}

static int write_all(int fd, const uint8_t *bytes, size_t length) {
  while (length > 0) {
    const ssize_t written = write(fd, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return -1;
    bytes += written;
    length -= (size_t)written;
  }
  return 0;
}

static int copy_file(struct archive *archive, int fd, uint64_t size, const char *path) {
  uint8_t bytes[CHUNK];
  while (size > 0) {
    const size_t part = size < CHUNK ? (size_t)size : CHUNK;
    const size_t padding = (BLOCK - part % BLOCK) % BLOCK;
    if (archive_read(archive, bytes, part + (part == size ? padding : 0)) < 0) return -1;
    if (write_all(fd, bytes, part) < 0) return failed("cannot write", path);
    size -= part;
  }
  return 0;
}

static int unpack_file(struct archive *archive, const struct header *header, int to, char *path) {
  if (make_parents(to, path) < 0) return -1;
  const mode_t mode = octal(header->mode, sizeof header->mode) & 0100 ? 0755 : 0644;
  const int fd = openat(to, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (fd < 0) return failed("cannot write", path);
  const int copied = copy_file(archive, fd, octal(header->size, sizeof header->size), path);
  const int closed = close(fd);
  if (copied < 0) return -1;
  return closed < 0 ? failed("cannot write", path) : 0;
}

static int unpack_all(struct archive *archive, int to) {
  for (;;) {
    struct header header;
    if (archive_read(archive, &header, sizeof header) < 0) return -1;
    if (is_end(&header)) return archive_finish(archive);
    char path[PATH_LENGTH];
    path_of(&header, path);
    if (!is_sound(&header) || !leads_below(path)) return failed_because("this file is damaged: its archive has an odd name");
    if (header.type == '5') continue;
    if (header.type != '0') return failed_because("this file is damaged: its archive has what is no file");
    if (unpack_file(archive, &header, to, path) < 0) return -1;
  }
}

int unpack_files(const struct payload *payload, int to) {
  struct archive *archive = archive_open(payload);
  if (archive == NULL) return -1;
  const int unpacked = unpack_all(archive, to);
  archive_close(archive);
  if (unpacked < 0) return -1;
  return syncfs(to) < 0 ? failed("cannot sync", "what was unpacked") : 0;
}
