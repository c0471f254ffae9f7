// What a program can see and do where it runs, one fact a line, for tests that hold it to a table:
//
//   probe state                       identity, signals, descriptors, namespaces, mounts that propagate
//   probe call NAME=NUMBER[:ARG]...   each system call with impossible arguments: NAME and its errno
//   probe read PATH...                "empty", "missing", "bytes" or "entries N", or the errno
//   probe writable PATH...            every file below that takes writes and opens for them, but null devices
//   probe devices                     makes device nodes that reach past a container, and opens them
//   probe keyring [DESCRIPTION]       its session keyring, and whether a key is found through it
//   probe plant DESCRIPTION           puts such a key where every process of root finds it
//   probe sockets                     names of abstract sockets
//   probe swap ONE OTHER              exchanges two names for ever
//   probe hunt CANARY                 looks into processes of the runtime that are about to exec, for ever, and
//                                     for this file of the host through them
//   probe bomb                        forks for ever
//   probe flood                       writes lines for ever
//   probe seals PATH                  of a memfd
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *name_of(int error) { return error == 0 ? "0" : strerrorname_np(error); }

// Lines of a file that begin with one of `wanted`, tabs as spaces.
static void print_lines(const char *path, const char *const *wanted) {
  char line[4096];
  FILE *file = fopen(path, "re");
  while (file && fgets(line, sizeof line, file)) {
    for (int i = 0; wanted[i]; i++) {
      if (strncmp(line, wanted[i], strlen(wanted[i])) != 0) continue;
      for (char *c = line; *c; c++) *c = *c == '\t' ? ' ' : *c;
      fputs(line, stdout);
    }
  }
  if (file) fclose(file);
}

static void print_links(const char *folder, const char *what, int skip) {
  char path[512];
  char target[4096];
  DIR *directory = opendir(folder);
  if (!directory) return;
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (entry->d_name[0] == '.' || (skip && atoi(entry->d_name) == dirfd(directory))) continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    ssize_t length = readlink(path, target, sizeof target - 1);
    target[length < 0 ? 0 : length] = 0;
    printf("%s %s %s\n", what, entry->d_name, target);
  }
  closedir(directory);
}

static void print_propagation(void) {
  char line[8192];
  FILE *file = fopen("/proc/self/mountinfo", "re");
  while (file && fgets(line, sizeof line, file)) {
    char point[4096] = "";
    sscanf(line, "%*s %*s %*s %*s %4095s", point);
    if (strstr(line, " shared:") || strstr(line, " master:")) printf("propagates %s\n", point);
  }
  if (file) fclose(file);
}

static void state(void) {
  static const char *const wanted[] = {"Cap",     "NoNewPrivs", "Seccomp:", "SigBlk", "SigIgn", "SigCgt",
                                       "Groups:", "Uid:",       "Gid:",     "Umask:", "NSpid:", NULL};
  char here[4096];
  print_lines("/proc/self/status", wanted);
  print_links("/proc/self/fd", "fd", 1);
  print_links("/proc/self/ns", "ns", 0);
  print_propagation();
  printf("cwd %s\n", syscall(SYS_getcwd, here, sizeof here) > 0 ? here : name_of(errno));
  printf("session %s\n", getsid(0) == getpid() || getpid() == 1 ? "own" : "foreign");
}

// In a child: some calls that are let through may end whoever makes them.
static int outcome(long number, long first) {
  int ends[2];
  if (pipe(ends) < 0) return errno;
  pid_t pid = fork();
  if (pid == 0) {
    int error = syscall(number, first, -1L, -1L, -1L, -1L, -1L) == -1 ? errno : 0;
    _exit(write(ends[1], &error, sizeof error) == sizeof error ? 0 : 1);
  }
  close(ends[1]);
  int error = ECHILD;
  if (read(ends[0], &error, sizeof error) != sizeof error) error = ECHILD;
  close(ends[0]);
  waitpid(pid, NULL, 0);
  return error;
}

static void call(const char *text) {
  char name[128];
  long number = 0;
  long first = -1;
  if (sscanf(text, "%127[^=]=%li:%li", name, &number, &first) >= 2) printf("%s %s\n", name, name_of(outcome(number, first)));
}

static void try_read(const char *path) {
  char byte;
  struct stat info;
  if (stat(path, &info) < 0) {
    printf("%s %s\n", path, errno == ENOENT ? "missing" : name_of(errno));
    return;
  }
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    printf("%s %s\n", path, name_of(errno));
    return;
  }
  if (S_ISDIR(info.st_mode)) {
    int count = -2;
    DIR *directory = fdopendir(fd);
    while (directory && readdir(directory)) count++;
    printf("%s entries %d\n", path, count);
    if (directory) closedir(directory);
    return;
  }
  ssize_t length = read(fd, &byte, 1);
  printf("%s %s\n", path, length < 0 ? name_of(errno) : length ? "bytes" : "empty");
  close(fd);
}

static void list_writable(const char *path, int depth) {
  struct stat info;
  if (lstat(path, &info) < 0 || S_ISLNK(info.st_mode)) return;
  if (!S_ISDIR(info.st_mode)) {
    // Root may open what nobody can write.
    if (!(info.st_mode & 0222) || (S_ISCHR(info.st_mode) && info.st_rdev == makedev(1, 3))) return;
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return;
    printf("%s\n", path);
    close(fd);
    return;
  }
  DIR *directory = depth < 24 ? opendir(path) : NULL;
  for (struct dirent *entry; directory && (entry = readdir(directory));) {
    char inner[4096];
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    // Its own processes are its own.
    if (depth == 0 && strcmp(path, "/proc") == 0 && (atoi(name) > 0 || strstr(name, "self"))) continue;
    if (snprintf(inner, sizeof inner, "%s/%s", path, name) < (int)sizeof inner) list_writable(inner, depth + 1);
  }
  if (directory) closedir(directory);
}

static void devices(void) {
  static const struct {
    const char *name;
    mode_t type;
    unsigned major;
    unsigned minor;
  } nodes[] = {{"null", S_IFCHR, 1, 3},    {"mem", S_IFCHR, 1, 1},       {"port", S_IFCHR, 1, 4},
               {"kmsg", S_IFCHR, 1, 11},   {"tun", S_IFCHR, 10, 200},    {"fuse", S_IFCHR, 10, 229},
               {"kvm", S_IFCHR, 10, 232},  {"loop-control", S_IFCHR, 10, 237}, {"loop0", S_IFBLK, 7, 0},
               {"vda", S_IFBLK, 254, 0},   {"sda", S_IFBLK, 8, 0},       {"ubda", S_IFBLK, 98, 0}};
  for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
    unlink("/node");
    int made = mknod("/node", nodes[i].type | 0600, makedev(nodes[i].major, nodes[i].minor));
    int made_error = made < 0 ? errno : 0;
    int fd = made < 0 ? -1 : open("/node", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    printf("%s mknod %s open %s\n", nodes[i].name, name_of(made_error), made < 0 ? "-" : name_of(fd < 0 ? errno : 0));
    if (fd >= 0) close(fd);
  }
  unlink("/node");
}

static void keyring(const char *description) {
  long serial = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
  if (serial < 0) {
    printf("keyring %s\n", name_of(errno));
    return;
  }
  printf("keyring %ld\n", serial);
  if (!description) return;
  long found = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", description, 0);
  printf("search %s\n", found < 0 ? name_of(errno) : "found");
}

static void plant(const char *description) {
  long key = syscall(SYS_add_key, "user", description, "secret", 6, KEY_SPEC_USER_SESSION_KEYRING);
  printf("planted %s\n", key < 0 ? name_of(errno) : "0");
}

static void sockets(void) {
  char line[1024];
  FILE *file = fopen("/proc/net/unix", "re");
  while (file && fgets(line, sizeof line, file)) {
    char *name = strchr(line, '@');
    if (name) fputs(name, stdout);
  }
  if (file) fclose(file);
}

static void swap(const char *one, const char *other) {
  puts("swapping");
  fflush(stdout);
  for (;;) syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 2 /* RENAME_EXCHANGE */);
}

// 1 when the process still runs the runtime's own program.
static int is_shim(pid_t pid) {
  char path[64];
  char name[32] = "";
  snprintf(path, sizeof path, "/proc/%d/comm", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t length = read(fd, name, sizeof name - 1);
  close(fd);
  return length > 0 && strncmp(name, "tiphys-shim", 11) == 0;
}

// Whether a link of it leads to the host, where this file is.
static int leads_out(pid_t pid, const char *link, const char *canary) {
  char path[4096];
  struct stat info;
  snprintf(path, sizeof path, "/proc/%d/%s/%s", pid, link, canary);
  return stat(path, &info) == 0;
}

// Whether a descriptor of it is a file or a device, or a folder that leads to the host. Files of /proc and /sys
// are those of its own container, which it is about to mask.
static int shows_files(pid_t pid, const char *canary) {
  char path[64];
  char link[16];
  struct stat info;
  struct statfs system;
  for (int fd = 0; fd < 64; fd++) {
    snprintf(link, sizeof link, "fd/%d", fd);
    snprintf(path, sizeof path, "/proc/%d/%s", pid, link);
    if (stat(path, &info) < 0 || statfs(path, &system) < 0) continue;
    if (system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC) continue;
    if (S_ISREG(info.st_mode) || S_ISBLK(info.st_mode) || leads_out(pid, link, canary)) return 1;
    if (S_ISCHR(info.st_mode) && info.st_rdev != makedev(1, 3)) return 1;
  }
  return 0;
}

static void look_into(pid_t pid, const char *canary) {
  static const char *const parts[] = {"mem", "environ", "maps", "exe"};
  char opened[256] = "";
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, parts[i]);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    close(fd);
    strcat(strcat(opened, " "), parts[i]);
  }
  if (leads_out(pid, "root", canary)) strcat(opened, " root");
  if (leads_out(pid, "cwd", canary)) strcat(opened, " cwd");
  if (shows_files(pid, canary)) strcat(opened, " files");
  // It may have exec'ed meanwhile, and a program of the container is the container's own.
  if (!is_shim(pid)) return;
  printf("looked into tiphys-shim:%s\n", *opened ? opened : " nothing");
  fflush(stdout);
}

// The number that the newest process of this namespace got.
static pid_t newest(void) {
  int pid = 1;
  FILE *file = fopen("/proc/loadavg", "re");
  if (file && fscanf(file, "%*s %*s %*s %*s %d", &pid) != 1) pid = 1;
  if (file) fclose(file);
  return pid;
}

// Processes get one number after the other: the next ones are awaited where they will be.
static void hunt(const char *canary) {
  puts("hunting");
  fflush(stdout);
  for (;;) {
    pid_t next = newest() + 1;
    for (int round = 0; round < 500; round++) {
      for (pid_t pid = next; pid < next + 4; pid++) {
        if (kill(pid, 0) < 0 && errno == ESRCH) continue;
        if (is_shim(pid)) look_into(pid, canary);
        next = pid + 1;
        round = 0;
        break;
      }
    }
  }
}

static void flood(void) {
  static char line[128];
  memset(line, 'x', sizeof line);
  line[sizeof line - 1] = '\n';
  while (write(1, line, sizeof line) > 0) continue;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  if (strcmp(what, "state") == 0) state();
  if (strcmp(what, "devices") == 0) devices();
  if (strcmp(what, "keyring") == 0) keyring(argv[2]);
  if (strcmp(what, "plant") == 0 && argc > 2) plant(argv[2]);
  if (strcmp(what, "sockets") == 0) sockets();
  if (strcmp(what, "swap") == 0 && argc > 3) swap(argv[2], argv[3]);
  if (strcmp(what, "hunt") == 0 && argc > 2) hunt(argv[2]);
  if (strcmp(what, "flood") == 0) flood();
  while (strcmp(what, "bomb") == 0) {
    if (fork() < 0) usleep(1000);
  }
  for (int i = 2; i < argc; i++) {
    if (strcmp(what, "call") == 0) call(argv[i]);
    if (strcmp(what, "read") == 0) try_read(argv[i]);
    if (strcmp(what, "writable") == 0) list_writable(argv[i], 0);
    if (strcmp(what, "seals") == 0) printf("seals %d\n", fcntl(open(argv[i], O_RDONLY | O_CLOEXEC), F_GET_SEALS));
  }
  return 0;
}
