// What a process between clone and exec is to the kernel and to other processes.
#pragma once

#include <stdint.h>

// Keeps no capability but these, of those that it has; all of them are in force. 0, or -1 with errno.
int credentials_limit(uint64_t kept);

// After each change of users: nobody may look into it, and it dies with the shim. In a child of the shim only.
int credentials_hide(void);

// A session keyring of the current user, in place of that of whoever started the daemon.
int credentials_leave_keyring(void);
