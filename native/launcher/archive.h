// Bytes of the tar in a payload, one after the other.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "payload.h"

struct archive;

// NULL after it said why not.
struct archive *archive_open(const struct payload *payload);
void archive_close(struct archive *archive);

// Reads exactly `length` bytes. 0, or -1 after it said why not: the archive is damaged or ends before.
int archive_read(struct archive *archive, void *bytes, size_t length);

// Reads what is left and holds the whole against its checksum. 0, or -1 after it said why not.
int archive_finish(struct archive *archive);
