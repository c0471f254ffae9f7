// Where the files of this and other versions lie, each version in a folder named by its payload's id.
#pragma once

#include <limits.h>

#include "payload.h"

// Makes sure that the payload lies unpacked and whole in a folder, whose path it writes to `path`. It is unpacked under
// another name first, so that one that was broken off is never taken for whole. Versions that nobody runs are removed
// when a new one comes. 0, or -1 after it said why not.
int app_folder(const struct payload *payload, char path[PATH_MAX]);
