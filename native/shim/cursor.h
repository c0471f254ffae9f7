// Reads length-prefixed fields out of a message. The first field that does not fit marks it broken,
// and everything read after that is zero or empty.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct cursor {
  const uint8_t *at;
  const uint8_t *end;
  int broken;
};

uint32_t read_u32(struct cursor *cursor);
uint64_t read_u64(struct cursor *cursor);
const uint8_t *read_bytes(struct cursor *cursor, size_t length);
// A NUL-terminated string without further NULs: u32 length with the NUL, bytes, padding to 4.
const char *read_string(struct cursor *cursor);
// So many of them, and NULL; the caller frees the list.
const char **read_strings(struct cursor *cursor, uint32_t count);
