#include "failure.h"

#include "channel.h"

void reply_failure(uint16_t type, uint32_t request, uint32_t phase, uint32_t index, uint32_t error) {
  struct {
    uint32_t phase;
    uint32_t index;
  } reply = {phase, index};
  channel_reply(type, request, error, &reply, sizeof reply, NULL, 0);
}
