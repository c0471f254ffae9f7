#include "cursor.h"

#include <stdlib.h>
#include <string.h>

#define MAX_STRINGS 65536

const uint8_t *read_bytes(struct cursor *cursor, size_t length) {
  size_t padded = (length + 3) & ~(size_t)3;
  if (cursor->broken || padded < length || padded > (size_t)(cursor->end - cursor->at)) {
    cursor->broken = 1;
    return NULL;
  }
  const uint8_t *bytes = cursor->at;
  cursor->at += padded;
  return bytes;
}

uint32_t read_u32(struct cursor *cursor) {
  uint32_t value = 0;
  const uint8_t *bytes = read_bytes(cursor, sizeof value);
  if (bytes) memcpy(&value, bytes, sizeof value);
  return value;
}

uint64_t read_u64(struct cursor *cursor) {
  uint64_t value = 0;
  const uint8_t *bytes = read_bytes(cursor, sizeof value);
  if (bytes) memcpy(&value, bytes, sizeof value);
  return value;
}

const char *read_string(struct cursor *cursor) {
  uint32_t length = read_u32(cursor);
  const uint8_t *bytes = length ? read_bytes(cursor, length) : NULL;
  if (!bytes || memchr(bytes, 0, length) != bytes + length - 1) {
    cursor->broken = 1;
    return "";
  }
  return (const char *)bytes;
}

const char **read_strings(struct cursor *cursor, uint32_t count) {
  const char **strings = count > MAX_STRINGS ? NULL : calloc(count + 1, sizeof *strings);
  if (!strings) cursor->broken = 1;
  for (uint32_t i = 0; i < count && !cursor->broken; i++) strings[i] = read_string(cursor);
  return strings;
}
