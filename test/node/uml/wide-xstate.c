/*
 * Preloaded into the kernel of user-mode Linux. That kernel saves 2,696 bytes of a process's vector registers, up to
 * AVX-512 and PKRU; a host whose processor has more (AMX: 11,008 bytes) takes the whole area or nothing, and answers
 * EFAULT, of which the guest's first process dies. Here the whole area goes to the host, and its first part to the
 * guest, whose processes cannot ask for the rest: that takes an arch_prctl(2) which their kernel does not know.
 * Where the host's area is no larger, nothing is changed. The layout is XSAVE's standard form: Intel SDM volume 1, 13.4.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

enum { AREA_BYTES = 64 * 1024, XSTATE_BV_OFFSET = 512 };
/* x87, SSE, AVX, three of AVX-512, PKRU: what lies in the first 2,696 bytes. */
static const uint64_t GUEST_FEATURES = 0x2e7;

typedef long (*ptrace_call)(enum __ptrace_request, pid_t, void *, void *);

static long read_area(ptrace_call real, pid_t pid, unsigned char *area, size_t *length) {
  struct iovec whole = {area, AREA_BYTES};
  long result = real(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &whole);
  *length = whole.iov_len;
  return result;
}

static void keep_guest_features(unsigned char *area) {
  uint64_t present;
  memcpy(&present, area + XSTATE_BV_OFFSET, sizeof present);
  present &= GUEST_FEATURES;
  memcpy(area + XSTATE_BV_OFFSET, &present, sizeof present);
}

static long exchange(ptrace_call real, enum __ptrace_request request, pid_t pid, struct iovec *guest) {
  static unsigned char area[AREA_BYTES];
  size_t length;
  if (read_area(real, pid, area, &length) != 0 || length <= guest->iov_len)
    return real(request, pid, (void *)NT_X86_XSTATE, guest);
  if (request == PTRACE_SETREGSET) memcpy(area, guest->iov_base, guest->iov_len);
  keep_guest_features(area);
  if (request == PTRACE_GETREGSET) {
    memcpy(guest->iov_base, area, guest->iov_len);
    return 0;
  }
  struct iovec whole = {area, length};
  return real(PTRACE_SETREGSET, pid, (void *)NT_X86_XSTATE, &whole);
}

long ptrace(enum __ptrace_request request, ...) {
  static ptrace_call real;
  if (real == NULL) real = (ptrace_call)dlsym(RTLD_NEXT, "ptrace");
  va_list arguments;
  va_start(arguments, request);
  pid_t pid = va_arg(arguments, pid_t);
  void *address = va_arg(arguments, void *);
  void *data = va_arg(arguments, void *);
  va_end(arguments);
  int is_vectors = (request == PTRACE_GETREGSET || request == PTRACE_SETREGSET) && address == (void *)NT_X86_XSTATE;
  return is_vectors ? exchange(real, request, pid, data) : real(request, pid, address, data);
}
