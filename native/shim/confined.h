// Paths inside a container's root, which its image or an earlier container may have filled with hostile
// symbolic links: every lookup is openat2(2) with RESOLVE_IN_ROOT, every creation is relative to a
// directory found that way.
#pragma once

enum entry { ENTRY_NONE, ENTRY_DIRECTORY, ENTRY_FILE };

// An O_PATH descriptor of `path` below `root`, created as `create` says when it is missing, or -1.
// A dangling link is followed inside the root and its end is created. With `no_links`, any link is ELOOP.
int confined_open(int root, const char *path, enum entry create, int no_links);

// The descriptor of the directory that holds `path`'s last component, which `name` is pointed at.
int confined_parent(int root, const char *path, const char **name);
