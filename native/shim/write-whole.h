// Files of the kernel, which take what is written to them at once.
#pragma once

// Writes the text to a file that is there. 0, or -1 with errno.
int write_whole(const char *path, const char *data);
