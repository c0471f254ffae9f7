// The whole shim against a daemon and a kernel of the input's making: requests whole and broken, programs that
// end, streams that stall. In the end every program has ended and every container is deleted, and then no
// descriptor may be left open.
#include "no-kernel.h"

#define main shim_main
#include "../shim/shim.c"
#undef main

#include <fcntl.h>
#include <stdlib.h>

#include "kernel.h"

struct listed {
  char id[ID_LENGTH];
  uint32_t state;
  uint32_t pid;
  uint64_t started_ns;
  struct exit_record exit;
};
static char ids[MAX_CONTAINERS][ID_LENGTH];
static size_t id_count;

static void on_reply(const void *head, size_t head_length, const void *body, size_t body_length) {
  struct header header;
  if (head_length < sizeof header) return;
  memcpy(&header, head, sizeof header);
  if (header.type != REQUEST_LIST) return;
  for (size_t at = 0; at + sizeof(struct listed) <= body_length && id_count < MAX_CONTAINERS; at += sizeof(struct listed)) {
    memcpy(ids[id_count++], (const char *)body + at, ID_LENGTH);
  }
}

struct input {
  const uint8_t *at;
  const uint8_t *end;
};
static uint8_t next(struct input *input) { return input->at < input->end ? *input->at++ : 0; }
static const uint8_t *take(struct input *input, size_t *length) {
  size_t left = (size_t)(input->end - input->at);
  if (*length > left) *length = left;
  input->at += *length;
  return input->at - *length;
}

static uint8_t wire[sizeof(struct header) + MAX_MESSAGE] __attribute__((aligned(8)));
static size_t wire_length;

static void put(const void *bytes, size_t length) {
  memcpy(wire + wire_length, bytes, length);
  wire_length += (length + 3) & ~(size_t)3;
}
static void put_number(uint32_t number) { put(&number, sizeof number); }
static void put_string(const char *text) {
  uint32_t length = (uint32_t)strlen(text) + 1;
  put_number(length);
  uint32_t zero = 0;
  memcpy(wire + wire_length + (length & ~3U), &zero, sizeof zero);
  put(text, length);
}
static void begin(void) {
  memset(wire, 0, 1024);
  wire_length = sizeof(struct header);
}
static void deliver(uint8_t type) {
  static uint32_t request = 1;
  struct header header = {PROTOCOL_VERSION, type, request++ % 5, (uint32_t)(wire_length - sizeof header), 0};
  memcpy(wire, &header, sizeof header);
  kernel_send(wire, wire_length);
  if (kernel_wake(0, EPOLLIN)) loop_turn();
}

// A body that makes sense, so that not every one must be found by chance.
static void sensible(struct input *input) {
  static const uint8_t types[] = {REQUEST_START, REQUEST_EXEC, REQUEST_SIGNAL, REQUEST_RESIZE,
                                  REQUEST_DELETE, REQUEST_REOPEN, REQUEST_ATTACH, REQUEST_START};
  uint8_t type = types[next(input) % sizeof types];
  char id[ID_LENGTH];
  memset(id, 'a' + next(input) % 3, sizeof id);
  begin();
  put(id, sizeof id);
  put_number(next(input));
  put_number(next(input));
  put_string(next(input) & 1 ? "/cgroup" : "");
  if (type == REQUEST_START) {
    put_string(next(input) & 1 ? "/oom" : "");
    put_string("/log");
    put_number(next(input) % 5);
    put_number((uint32_t)next(input) << 8);
    put_number(0);
    put_number(0);
  }
  deliver(type);
}

static void act(struct input *input) {
  size_t length;
  switch (next(input) % 6) {
    case 0: {
      uint8_t type = next(input);
      length = (size_t)next(input) << 8;
      length |= next(input);
      begin();
      const uint8_t *bytes = take(input, &length);
      if (length > MAX_MESSAGE) length = MAX_MESSAGE;
      memcpy(wire + wire_length, bytes, length);
      wire_length += length;
      deliver(type);
      return;
    }
    case 1:
    case 2: sensible(input); return;
    case 3: {
      static const uint32_t events[] = {EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLIN | EPOLLHUP, EPOLLERR};
      uint8_t index = next(input);
      if (kernel_wake(index, events[next(input) % 5])) loop_turn();
      return;
    }
    case 4:
      kernel_exit(next(input), next(input) << 8);
      process_reap();
      exit_when_empty();
      return;
    default:
      length = next(input);
      luck.at = take(input, &length);
      luck.end = luck.at + length;
  }
}

static void end_all(void) {
  struct message list = {REQUEST_LIST, 1, NULL, 0};
  luck.at = luck.end;
  kernel_drain();
  closing = 0;
  while (kernel_exit(0, 0)) process_reap();
  channel_init(open("/daemon", O_RDWR), "/sock", on_message, leave_if_spare);
  do {
    id_count = 0;
    container_list(&list);
    for (size_t i = 0; i < id_count; i++) {
      struct message message = {REQUEST_DELETE, 1, (const uint8_t *)ids[i], ID_LENGTH};
      container_delete(&message);
    }
  } while (id_count);
  // Whoever is woken mostly goes, so others move up; those that stay are passed over.
  for (unsigned passed = 0; passed < 8; passed++) {
    for (int before = -1; before != kernel_open_count() && kernel_wake(passed, EPOLLIN | EPOLLHUP);) {
      before = kernel_open_count();
      loop_turn();
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input input = {data, data + size};
  kernel_reset();
  kernel_reply = on_reply;
  luck = (struct luck){data, data};
  static char label[16];
  pod = (struct pod){.shm_tree = -1, .shm_spare = -1, .host_mounts = -1, .pause = -1, .label = label, .label_room = sizeof label};
  spare_directory = NULL;  // or its end would be that of an input
  loop_init();
  exits_open("/exits");
  channel_init(open("/daemon", O_RDWR), "/sock", on_message, leave_if_spare);
  if (setjmp(process_end) == 0) {
    while (input.at < input.end) act(&input);
  }
  if (setjmp(process_end) == 0) end_all();
  if (pod.shm_tree >= 0) close(pod.shm_tree);
  if (pod.host_mounts >= 0) close(pod.host_mounts);
  free(pod.shm_path);
  // 0 to 2, epoll, exits, two listeners, and whoever still is the daemon's end.
  if (kernel_open_count() > 3 + 4 + 2) abort();
  return 0;
}
