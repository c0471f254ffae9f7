// The archive that lies behind the program in its own file.
//
// `src/binary/seal-binary.ts` writes it: the program, a tar in one zstd frame with its checksum, and 64 bytes that say
// where: "tiphys payload 1", the archive's offset and length (64 bit, little endian), the first 32 digits of its SHA-256.
#pragma once

#include <stdint.h>

struct payload {
  int fd;
  uint64_t offset;
  uint64_t length;
  char id[33];
};

// Opens this program's own file. 0, or -1 after it said why not.
int payload_open(struct payload *payload);
