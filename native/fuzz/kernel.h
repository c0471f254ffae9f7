// The kernel of a fuzzed shim: descriptors are numbers in a table, every call succeeds or fails as the input
// says, and closing what is not open ends the run.
#pragma once

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

// What the input still has to say. Where it has nothing more, calls succeed and nothing is there to be read.
struct luck {
  const uint8_t *at;
  const uint8_t *end;
};
extern struct luck luck;

// Where _exit(2) goes.
extern jmp_buf process_end;

void kernel_reset(void);
int kernel_open_count(void);
// What epoll_wait says next: of the watched descriptors the `index`th, modulo their number; 0 when there is none.
int kernel_wake(unsigned index, uint32_t events);
// What recvmsg of the descriptor that epoll watched first, the daemon's, gives.
void kernel_send(const uint8_t *bytes, size_t length);
// The `index`th living process ends; 0 when there is none.
int kernel_exit(unsigned index, int status);
// From now on what is read is at its end.
void kernel_drain(void);
// Called with each reply.
extern void (*kernel_reply)(const void *head, size_t head_length, const void *body, size_t body_length);

// For no-files.c. The next byte of luck; 0, or -1 with some errno; reads all of it, for ASan to see.
uint8_t kernel_draw(void);
int kernel_chance(void);
void kernel_touch(const void *bytes, size_t length);
int kernel_is_open(int fd);
