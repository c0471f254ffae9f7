// The files of a payload, written into a new folder.
#pragma once

#include "payload.h"

// Writes every file of the payload's tar (POSIX ustar: files and folders, nothing else) below the empty folder `to`, an
// open directory, and syncs its file system. 0, or -1 after it said why not.
int unpack_files(const struct payload *payload, int to);
