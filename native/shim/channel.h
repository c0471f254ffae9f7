// The one daemon this shim talks to: the end it was born with, or whoever connected last.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cursor.h"
#include "protocol.h"

struct message {
  uint16_t type;
  uint32_t request;
  const uint8_t *bytes;
  size_t length;
};

// `on_hang_up`: the daemon is gone, or another one is about to take its place.
void channel_init(int inherited, const char *socket_path, void (*on_message)(const struct message *message),
                  void (*on_hang_up)(void));
void channel_reply(uint16_t type, uint32_t request, uint32_t error, const void *body, size_t length, const int *fds, size_t count);
void channel_event(uint16_t type, const void *body, size_t length);
