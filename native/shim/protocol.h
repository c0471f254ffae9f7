// The wire between daemon and shim; plugins/runtime/protocol.ts is its mirror.
// One SOCK_SEQPACKET message is a header and `length` bytes. Numbers are little endian.
//
// Shims live on under later daemons, and under earlier ones. So requests and steps are only ever added, none that is
// there changes, and HELLO tells the newest step that a shim knows: the daemon plans without what came later.
#pragma once

#include <stdint.h>

#define PROTOCOL_VERSION 1
#define MAX_MESSAGE (96 * 1024)
#define MAX_PLAN (8 * 1024 * 1024)
#define ID_LENGTH 64

struct header {
  uint16_t version;
  uint16_t type;
  uint32_t request;  // echoed in the reply; 0 in an event
  uint32_t length;
  uint32_t error;  // errno, in replies
};

enum request_type {
  REQUEST_SETUP = 1,
  REQUEST_START = 2,
  REQUEST_EXEC = 3,
  REQUEST_SIGNAL = 4,
  REQUEST_RESIZE = 5,
  REQUEST_LIST = 6,
  REQUEST_DELETE = 7,
  REQUEST_SHUTDOWN = 8,
  REQUEST_REOPEN = 9,
  REQUEST_ATTACH = 10,
  REQUEST_HELLO = 11,  // answered with u32: the newest step known
  REQUEST_PREPARE = 12,  // as SETUP, which must follow: before, the shim ends with its daemon
};
// Tests build shims that know less.
#ifndef NEWEST_REQUEST
#define NEWEST_REQUEST REQUEST_PREPARE
#endif
enum event_type { EVENT_EXITED = 128, EVENT_EXEC_EXITED = 129 };

enum process_flags {
  PROCESS_TTY = 1,
  PROCESS_STDIN = 2,
  PROCESS_NEW_PID = 4,      // its own PID namespace
  PROCESS_STDIN_ONCE = 8,   // its input ends with the first attachment to it
};

// One step of a plan: header, then `length` bytes, padded to 4.
struct op_header {
  uint16_t op;
  uint16_t flags;
  uint32_t length;
};
enum op_flags {
  OP_OPTIONAL = 1,   // failure is not an error
  OP_RECURSIVE = 2,  // a mount and what is mounted below it
  OP_PARENTS = 4,    // with its parents, which get 0755
  OP_NO_LINKS = 8,   // no symbolic link anywhere in the target
};
enum op {
  OP_MKDIR = 1,          // u32 mode, path
  OP_WRITE = 2,          // path, data
  OP_HOSTNAME = 3,       // name
  OP_LOOPBACK_UP = 4,    //
  OP_POD_SHM = 5,        // size string, fallback directory
  OP_NEW_CGROUP_NS = 6,  //
  OP_SOURCE = 7,         // u32 slot, u32 propagation, path, subpath
  OP_PRIVATE = 8,        //
  OP_OVERLAY = 9,        // mount point, upper, work, u32 count, lower...
  OP_MOUNT = 10,         // u32 attributes, type, target, u32 count, (key, value)...
  OP_NODE = 11,          // u32 mode, u32 major, u32 minor, path
  OP_SYMLINK = 12,       // text, path
  OP_SHM = 13,           // target
  OP_BIND = 14,          // u32 slot, u32 attributes, target
  OP_MASK = 15,          // path
  OP_READONLY = 16,      // path
  OP_TERMINAL = 17,      // u32 columns, u32 rows, u32 console (1: bind /dev/console)
  OP_PIVOT = 18,         // u32 attributes
  OP_ENTER = 19,         // u32 namespace flags
  OP_CWD = 20,           // path
  OP_IDENTITY = 21,      // u64 capabilities, u32 uid, u32 gid, u32 count, u32 group...
  OP_BOUND = 22,         // u64 capabilities
  OP_NO_NEW_PRIVS = 23,  //
  OP_SECCOMP = 24,       // struct sock_filter...
  OP_EXEC = 25,          // u32 args, u32 env, u32 candidates, strings...
  OP_SUCCESSOR = 26,     // the rest is done by a child in the PID namespace entered
  OP_POD_PIDS = 27,      // a PID namespace for all containers of the pod
  OP_FILE = 28,          // u32 mode, path, data: a file with just that in it
  OP_RENAME = 29,        // path, new path
  OP_LABEL = 30,         // text in place of this process's arguments, as far as they have room
  OP_TARGET = 31,        // container id: OP_ENTER joins the namespaces of its first process
  OP_LAYERS = 32,        // u32 slot, mount point for a moment, subpath, u32 count, lower...
  OP_POD_USERS = 33,     // u32 first, u32 count, u32 namespace flags: a user namespace whose 0 is `first`, and those in it
  OP_OWNER = 34,         // u32 uid, u32 gid: of files that are made from here on
  OP_MAPPED = 35,        // u32 slot: what 0 owns in it is the pod's 0's, and so on; devices in it do not open
  OP_USERS = 36,         // u32 namespace flags: into the pod's user namespace, as its 0, and new namespaces of it
  OP_POD_WRITE = 37,     // path, data: as OP_WRITE, by the root of the pod's users
  // A program runs to its end: u32 process whose namespaces it runs in (0: the container's), u32 timeout in ms (0: none),
  // u32 args, u32 env, path, what it reads before and after the container's pid, strings...
  OP_HOOK = 38,
};
#ifndef NEWEST_STEP
#define NEWEST_STEP OP_HOOK
#endif
// In the error of a failed OP_HOOK: the rest is what wait(2) tells of the program.
#define HOOK_ENDED 0x10000

// One line of the exits file and the payload of EVENT_EXITED.
struct exit_record {
  char id[ID_LENGTH];
  uint32_t pid;
  uint32_t status;  // as wait(2) gives it
  uint32_t oom_kills;
  uint32_t sequence;
  uint64_t started_ns;
  uint64_t finished_ns;
  uint64_t checksum;  // FNV-1a of all bytes before it
};
