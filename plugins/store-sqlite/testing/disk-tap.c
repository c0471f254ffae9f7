/*
 * A test's hand on the disk, preloaded into a process (disk-tap.ts builds it and speaks to it). It sees
 * every call that changes files under TAP_FOLDER and writes it down, with its bytes and in order, into
 * TAP_TRACE, so that a test can rebuild what a power cut would have left at any moment.
 *
 * The process itself arms a fault by opening a file that is none:
 *   tap:arm FAULT FIRST LAST KINDS PATH
 *       Of the calls from now on that are of KINDS (letters as in the trace, or *) and whose path holds
 *       PATH, those from FIRST to LAST fail: EIO and ENOSPC as they say; SHORT writes half and says ENOSPC
 *       from then on; KILL writes half and kills the process; COUNT lets them pass.
 *   tap:count FILE
 *       Writes into FILE how many such calls there were.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PATH_BYTES = 512 };
enum fault { NONE, FAIL_EIO, FAIL_ENOSPC, FAIL_SHORT, FAIL_KILL, COUNT };
static const char *const fault_names[] = {"NONE", "EIO", "ENOSPC", "SHORT", "KILL", "COUNT"};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static char only[PATH_BYTES], kinds[16];
static int trace_fd = -1;
static long first, last, calls;
static enum fault fault;

__attribute__((constructor)) static void start(void) {
  folder = getenv("TAP_FOLDER");
  const char *trace = getenv("TAP_TRACE");
  if (!trace) return;
  trace_fd = (int)syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (trace_fd < 0) abort();
}

static void arm(const char *words) {
  char kind[16];
  if (sscanf(words, "%15s %ld %ld %15s %511s", kind, &first, &last, kinds, only) != 5) abort();
  for (fault = NONE; strcmp(kind, fault_names[fault]);) {
    if (++fault > COUNT) abort();
  }
  calls = 0;
}

static void tell_count(const char *path) {
  char text[32];
  int length = snprintf(text, sizeof text, "%ld\n", calls);
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || syscall(SYS_write, fd, text, length) != length) abort();
  syscall(SYS_close, fd);
}

/* Whether this is a word to us and no file. */
static int is_control(const char *path) {
  if (strncmp(path, "tap:", 4)) return 0;
  pthread_mutex_lock(&lock);
  if (!strncmp(path, "tap:arm ", 8)) arm(path + 8);
  else if (!strncmp(path, "tap:count ", 10)) tell_count(path + 10);
  else abort();
  pthread_mutex_unlock(&lock);
  errno = ENOENT;
  return 1;
}

static int is_ours(const char *path) { return folder && !strncmp(path, folder, strlen(folder)); }

static int path_of(int fd, char *path) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  long length = syscall(SYS_readlink, link, path, PATH_BYTES - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_ours(path);
}

static void put(const void *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    long n = syscall(SYS_write, trace_fd, (const char *)bytes + done, length - done);
    if (n < 0) abort();
    done += (size_t)n;
  }
}

/* One record: kind, lengths, offset, path, bytes. */
static void record(char kind, const char *path, uint64_t offset, const void *bytes, uint32_t length) {
  if (trace_fd < 0) return;
  struct __attribute__((packed)) {
    char kind;
    uint16_t path_length;
    uint32_t length;
    uint64_t offset;
  } head = {kind, (uint16_t)strlen(path), length, offset};
  put(&head, sizeof head);
  put(path, head.path_length);
  if (length) put(bytes, length);
}

/* Whether this call is to fail, and how. Called with the lock held. */
static enum fault due(char kind, const char *path) {
  if (fault == NONE || !strstr(path, only) || (kinds[0] != '*' && !strchr(kinds, kind))) return NONE;
  calls++;
  if (fault == COUNT || calls < first || calls > last) return NONE;
  return fault == FAIL_SHORT && calls > first ? FAIL_ENOSPC : fault;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static int refuse(enum fault how) {
  if (how == FAIL_KILL) die();
  errno = how == FAIL_EIO ? EIO : ENOSPC;
  return -1;
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off_t offset, const char *path) {
  long n = syscall(SYS_pwrite64, fd, bytes, length, offset);
  if (n > 0) record('w', path, (uint64_t)offset, bytes, (uint32_t)n);
  return n;
}

static off_t place_of(int fd) {
  if (fcntl(fd, F_GETFL) & O_APPEND) return lseek(fd, 0, SEEK_END);
  return lseek(fd, 0, SEEK_CUR);
}

static ssize_t tapped_write(int fd, const void *bytes, size_t length, off_t offset, int moves, const char *path) {
  pthread_mutex_lock(&lock);
  if (moves) offset = place_of(fd);
  enum fault how = due('w', path);
  ssize_t n;
  if (how == NONE) {
    n = write_at(fd, bytes, length, offset, path);
  } else {
    n = -1;
    if (how == FAIL_SHORT || how == FAIL_KILL) n = write_at(fd, bytes, length / 2, offset, path);
    if (how != FAIL_SHORT || n <= 0) n = refuse(how);
  }
  int saved = errno;
  if (moves && n > 0) lseek(fd, offset + n, SEEK_SET);
  pthread_mutex_unlock(&lock);
  errno = saved;
  return n;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  char path[PATH_BYTES];
  if (!path_of(fd, path)) return syscall(SYS_write, fd, bytes, length);
  return tapped_write(fd, bytes, length, 0, 1, path);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
  char path[PATH_BYTES];
  if (!path_of(fd, path)) return syscall(SYS_pwrite64, fd, bytes, length, offset);
  return tapped_write(fd, bytes, length, offset, 0, path);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

/* What is not told apart here must not change our files behind the back of a trace or a fault. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
  char path[PATH_BYTES];
  if (!path_of(fd, path)) return syscall(SYS_writev, fd, parts, count);
  ssize_t sum = 0;
  for (int i = 0; i < count; i++) {
    ssize_t n = write(fd, parts[i].iov_base, parts[i].iov_len);
    if (n < 0) return sum ? sum : n;
    sum += n;
    if ((size_t)n < parts[i].iov_len) break;
  }
  return sum;
}
static void refuse_untraced(int fd) {
  char path[PATH_BYTES];
  int is_watched = trace_fd >= 0 || (fault != NONE && fault != COUNT);
  if (is_watched && path_of(fd, path)) abort();
}
ssize_t sendfile(int out, int in, off_t *offset, size_t length) {
  refuse_untraced(out);
  return syscall(SYS_sendfile, out, in, offset, length);
}
ssize_t sendfile64(int out, int in, off_t *offset, size_t length) { return sendfile(out, in, offset, length); }
ssize_t copy_file_range(int in, off_t *in_at, int out, off_t *out_at, size_t length, unsigned flags) {
  refuse_untraced(out);
  return syscall(SYS_copy_file_range, in, in_at, out, out_at, length, flags);
}

static int change(long call, int fd, off_t size, char kind) {
  char path[PATH_BYTES];
  if (!path_of(fd, path)) return (int)syscall(call, fd, size);
  pthread_mutex_lock(&lock);
  enum fault how = due(kind, path);
  int result = how == NONE ? (int)syscall(call, fd, size) : refuse(how);
  if (result == 0) record(kind, path, (uint64_t)size, NULL, 0);
  else if (kind == 's') record('f', path, 0, NULL, 0);
  int saved = errno;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return result;
}
int fsync(int fd) { return change(SYS_fsync, fd, 0, 's'); }
int fdatasync(int fd) { return change(SYS_fdatasync, fd, 0, 's'); }
int ftruncate64(int fd, off_t size) { return change(SYS_ftruncate, fd, size, 't'); }
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

/* Names. `other` is a rename's target and stands where a write's bytes are. */
static int name_call(char kind, const char *path, const char *other, long call, long a, long b, long c) {
  if (!is_ours(path)) return (int)syscall(call, a, b, c);
  pthread_mutex_lock(&lock);
  enum fault how = due(kind, path);
  int result = how == NONE ? (int)syscall(call, a, b, c) : refuse(how);
  if (result == 0) record(kind, path, 0, other, other ? (uint32_t)strlen(other) : 0);
  int saved = errno;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return result;
}
int rename(const char *from, const char *to) {
  return name_call('r', from, to, SYS_rename, (long)from, (long)to, 0);
}
int mkdir(const char *path, mode_t mode) { return name_call('d', path, NULL, SYS_mkdir, (long)path, (long)mode, 0); }
int unlink(const char *path) { return name_call('u', path, NULL, SYS_unlink, (long)path, 0, 0); }
int rmdir(const char *path) { return name_call('u', path, NULL, SYS_rmdir, (long)path, 0, 0); }
int unlinkat(int at, const char *path, int flags) {
  return name_call('u', path, NULL, SYS_unlinkat, at, (long)path, flags);
}
int remove(const char *path) {
  struct stat found;
  if (lstat(path, &found)) return -1;
  return S_ISDIR(found.st_mode) ? rmdir(path) : unlink(path);
}

static int open_at(int at, const char *path, int flags, int mode) {
  if (is_control(path)) return -1;
  if (!is_ours(path) || !(flags & (O_CREAT | O_TRUNC))) return (int)syscall(SYS_openat, at, path, flags, mode);
  pthread_mutex_lock(&lock);
  int is_there = syscall(SYS_access, path, F_OK) == 0;
  enum fault how = is_there && !(flags & O_TRUNC) ? NONE : due('c', path);
  int fd = how == NONE ? (int)syscall(SYS_openat, at, path, flags, mode) : refuse(how);
  if (fd >= 0 && !is_there) record('c', path, 0, NULL, 0);
  if (fd >= 0 && is_there && (flags & O_TRUNC)) record('t', path, 0, NULL, 0);
  int saved = errno;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return fd;
}
#define MODE_ARGUMENT                                  \
  int mode = 0;                                        \
  if (flags & O_CREAT) {                               \
    va_list more;                                      \
    va_start(more, flags);                             \
    mode = va_arg(more, int);                          \
    va_end(more);                                      \
  }
int open64(const char *path, int flags, ...) {
  MODE_ARGUMENT
  return open_at(AT_FDCWD, path, flags, mode);
}
int open(const char *path, int flags, ...) {
  MODE_ARGUMENT
  return open_at(AT_FDCWD, path, flags, mode);
}
int openat(int at, const char *path, int flags, ...) {
  MODE_ARGUMENT
  return open_at(at, path, flags, mode);
}
