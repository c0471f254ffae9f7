// Messages that carry descriptors (SCM_RIGHTS, unix(7)).
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define MAX_DESCRIPTORS 4

int send_descriptor(int socket, int fd);
ssize_t send_with_descriptors(int socket, const void *head, size_t head_length, const void *body, size_t body_length,
                              const int *fds, size_t count);
// Received descriptors are close-on-exec; `*count` is how many came.
ssize_t receive_with_descriptors(int socket, void *buffer, size_t length, int *fds, size_t *count);
