#include "archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "failed.h"

#define CHUNK 131072

struct archive {
  int fd;
  uint64_t at;
  uint64_t end;
  ZSTD_DCtx *stream;
  int is_whole;  // the frame has ended, its checksum held
  ZSTD_inBuffer packed;
  ZSTD_outBuffer plain;
  size_t taken;  // of `plain`
  uint8_t packed_bytes[CHUNK];
  uint8_t plain_bytes[CHUNK];
};

static const char DAMAGED[] = "this file is damaged: its archive does not unpack to what was packed";

struct archive *archive_open(const struct payload *payload) {
  struct archive *archive = calloc(1, sizeof *archive);
  ZSTD_DCtx *stream = archive == NULL ? NULL : ZSTD_createDCtx();
  if (stream == NULL) {
    free(archive);
    failed_because("there is no memory to unpack with");
    return NULL;
  }
  archive->fd = payload->fd;
  archive->at = payload->offset;
  archive->end = payload->offset + payload->length;
  archive->stream = stream;
  archive->packed = (ZSTD_inBuffer){archive->packed_bytes, 0, 0};
  archive->plain = (ZSTD_outBuffer){archive->plain_bytes, CHUNK, 0};
  return archive;
}

void archive_close(struct archive *archive) {
  ZSTD_freeDCtx(archive->stream);
  free(archive);
}

static int read_packed(struct archive *archive) {
  const uint64_t left = archive->end - archive->at;
  if (left == 0) return failed_because(DAMAGED);
  ssize_t length;
  do {
    length = pread(archive->fd, archive->packed_bytes, left < CHUNK ? left : CHUNK, (off_t)archive->at);
  } while (length < 0 && errno == EINTR);
  if (length < 0) return failed("cannot read its own file", "/proc/self/exe");
  if (length == 0) return failed_because(DAMAGED);
  archive->at += (uint64_t)length;
  archive->packed.size = (size_t)length;
  archive->packed.pos = 0;
  return 0;
}

// Some plain bytes, or none where the frame has ended.
static int refill(struct archive *archive) {
  archive->plain.pos = 0;
  archive->taken = 0;
  while (archive->plain.pos == 0 && !archive->is_whole) {
    // It may hold bytes that had no room the last time.
    const size_t more = ZSTD_decompressStream(archive->stream, &archive->plain, &archive->packed);
    if (ZSTD_isError(more)) return failed_because(DAMAGED);
    archive->is_whole = more == 0;
    const int is_hungry = archive->plain.pos == 0 && !archive->is_whole && archive->packed.pos == archive->packed.size;
    if (is_hungry && read_packed(archive) < 0) return -1;
  }
  return 0;
}

int archive_read(struct archive *archive, void *bytes, size_t length) {
  uint8_t *to = bytes;
  while (length > 0) {
    if (archive->taken == archive->plain.pos) {
      if (archive->is_whole) return failed_because(DAMAGED);
      if (refill(archive) < 0) return -1;
      continue;
    }
    const size_t there = archive->plain.pos - archive->taken;
    const size_t part = there < length ? there : length;
    memcpy(to, archive->plain_bytes + archive->taken, part);
    archive->taken += part;
    to += part;
    length -= part;
  }
  return 0;
}

int archive_finish(struct archive *archive) {
  while (!archive->is_whole) {
    if (refill(archive) < 0) return -1;
  }
  const int is_all = archive->at == archive->end && archive->packed.pos == archive->packed.size;
  return is_all ? 0 : failed_because(DAMAGED);
}
