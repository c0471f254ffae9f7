#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "exits.h"
#include "failure.h"
#include "plan.h"

static struct container *containers;
static unsigned container_count;

struct container *container_find(const char *id) {
  struct container *container = containers;
  while (container && memcmp(container->id, id, ID_LENGTH) != 0) container = container->next;
  return container;
}

static int find_init(const char *id) {
  struct container *container = container_find(id);
  if (container && container->init.state == PROCESS_RUNNING) return container->init.pidfd;
  errno = ESRCH;
  return -1;
}

// What somebody attached sends to a container.
struct input {
  struct stream stream;  // first, so that one is the other
  struct input *next;
  char id[ID_LENGTH];
};

static struct input *inputs;

static void close_input(struct input *input) {
  for (struct input **link = &inputs; *link; link = &(*link)->next) {
    if (*link != input) continue;
    *link = input->next;
    break;
  }
  stream_stop(&input->stream);
  free(input);
}

static void close_inputs(const char *id) {
  struct input *next;
  for (struct input *input = inputs; input; input = next) {
    next = input->next;
    if (memcmp(input->id, id, ID_LENGTH) == 0) close_input(input);
  }
}

static void input_ended(struct stream *stream, void *owner) {
  (void)stream;
  struct input *input = owner;
  struct container *container = container_find(input->id);
  if (!container || !(container->flags & PROCESS_STDIN_ONCE)) {
    close_input(input);
    return;
  }
  // The write ends that other attachments hold would keep the container's input open.
  close_inputs(container->id);
  if (container->stdin_fd >= 0) close(container->stdin_fd);
  container->stdin_fd = -1;
}

static void release(struct container *container) {
  for (struct container **link = &containers; *link; link = &(*link)->next) {
    if (*link != container) continue;
    *link = container->next;
    container_count--;
    break;
  }
  close_inputs(container->id);
  stream_stop(&container->out);
  stream_stop(&container->err);
  log_close(&container->log);
  if (container->oom_file >= 0) close(container->oom_file);
  if (container->stdin_fd >= 0) close(container->stdin_fd);
  if (container->init.terminal >= 0) close(container->init.terminal);
  free(container);
}

// "oom_kill N" of memory.oom_control (v1) or memory.events (v2).
static uint32_t read_oom_kills(int file) {
  char text[512];
  ssize_t length = file < 0 ? -1 : pread(file, text, sizeof text - 1, 0);
  if (length <= 0) return 0;
  text[length] = 0;
  const char *count = strstr(text, "oom_kill ");
  return count ? (uint32_t)strtoul(count + 9, NULL, 10) : 0;
}

static void on_started(struct process *process) {
  struct container *container = (struct container *)process;
  container->started_ns = clock_now();
  if (process->terminal >= 0) {
    int master = fcntl(process->terminal, F_DUPFD_CLOEXEC, 16);
    if (master >= 0) stream_start(&container->out, master, &container->log, "stdout");
  }
  struct {
    uint32_t pid;
    uint32_t reserved;
    uint64_t started_ns;
  } reply = {(uint32_t)process->pid, 0, container->started_ns};
  channel_reply(REQUEST_START, container->request, 0, &reply, sizeof reply, NULL, 0);
}

static void on_exited(struct process *process, int wait_status) {
  struct container *container = (struct container *)process;
  if (process->failed) {
    reply_failure(REQUEST_START, container->request, PHASE_CHILD, process->failure.index, process->failure.error);
    release(container);
    return;
  }
  stream_drain(&container->out);
  stream_drain(&container->err);
  container->exit = (struct exit_record){
      .pid = (uint32_t)process->pid,
      .status = (uint32_t)wait_status,
      .oom_kills = read_oom_kills(container->oom_file),
      .started_ns = container->started_ns,
      .finished_ns = clock_now(),
  };
  memcpy(container->exit.id, container->id, ID_LENGTH);
  // Without room on the disk the record still is in the list, for as long as this shim lives.
  (void)!exits_append(&container->exit);
  channel_event(EVENT_EXITED, &container->exit, sizeof container->exit);
}

static struct container *create(const char *id) {
  struct container *container = container_count < MAX_CONTAINERS ? calloc(1, sizeof *container) : NULL;
  if (!container) return NULL;
  memcpy(container->id, id, ID_LENGTH);
  container->oom_file = container->stdin_fd = container->log.fd = -1;
  container->out.watcher.fd = container->err.watcher.fd = container->init.terminal = -1;
  container->init.started = on_started;
  container->init.exited = on_exited;
  container->next = containers;
  containers = container;
  container_count++;
  return container;
}

// Ends the child gets go to `stdio`, ours to the container. The child's are closed by the caller.
static int make_stdio(struct container *container, int stdio[3]) {
  int ends[2];
  if (container->flags & PROCESS_TTY) return 0;
  if (pipe2(ends, O_CLOEXEC) < 0) return -1;
  stdio[1] = ends[1];
  if (stream_start(&container->out, ends[0], &container->log, "stdout") < 0) return -1;
  if (pipe2(ends, O_CLOEXEC) < 0) return -1;
  stdio[2] = ends[1];
  if (stream_start(&container->err, ends[0], &container->log, "stderr") < 0) return -1;
  if (!(container->flags & PROCESS_STDIN)) return 0;
  if (pipe2(ends, O_CLOEXEC) < 0) return -1;
  stdio[0] = ends[0];
  container->stdin_fd = ends[1];
  return 0;
}

static void close_all(int stdio[3]) {
  for (int i = 0; i < 3; i++) {
    if (stdio[i] >= 0) close(stdio[i]);
  }
}

void container_start(struct pod *pod, const struct message *message) {
  struct cursor cursor = {message->bytes, message->bytes + message->length, 0};
  const char *id = (const char *)read_bytes(&cursor, ID_LENGTH);
  uint32_t flags = read_u32(&cursor);
  uint32_t owner = read_u32(&cursor);
  const char *cgroup = read_string(&cursor);
  const char *oom_path = read_string(&cursor);
  const char *log_path = read_string(&cursor);
  uint32_t log_files = read_u32(&cursor);
  uint64_t log_max = read_u64(&cursor);
  uint32_t prepare_length = read_u32(&cursor);
  const uint8_t *prepare = read_bytes(&cursor, prepare_length);
  if (cursor.broken || container_find(id)) {
    channel_reply(REQUEST_START, message->request, cursor.broken ? EBADMSG : EEXIST, NULL, 0, NULL, 0);
    return;
  }
  struct plan_context context;
  struct plan_failure failure;
  plan_context_init(&context, pod);
  context.find_init = find_init;
  if (plan_run(&context, prepare, prepare_length, &failure) < 0) {
    reply_failure(REQUEST_START, message->request, PHASE_PREPARE, failure.index, failure.error);
    return;
  }
  struct container *container = create(id);
  if (!container) {
    channel_reply(REQUEST_START, message->request, ENOMEM, NULL, 0, NULL, 0);
    return;
  }
  container->request = message->request;
  container->flags = flags;
  container->owner = owner;
  int stdio[3] = {-1, -1, -1};
  int result = log_open(&container->log, log_path, log_max, log_files);
  uint32_t phase = PHASE_LOG;
  if (result == 0) {
    phase = PHASE_CLONE;
    result = make_stdio(container, stdio);
  }
  if (*oom_path) container->oom_file = open(oom_path, O_RDONLY | O_CLOEXEC);
  if (result == 0) {
    struct child_request request = {
        .pod = pod,
        .clone_flags = CLONE_NEWNS | (flags & PROCESS_NEW_PID ? CLONE_NEWPID : 0),
        .cgroup = cgroup,
        .stdio = {stdio[0], stdio[1], stdio[2]},
        .terminal = flags & PROCESS_TTY,
        .owner = owner,
        .init_pidfd = context.init_pidfd >= 0 ? context.init_pidfd : pod->pause,
        .plan = cursor.at,
        .plan_length = (size_t)(cursor.end - cursor.at),
    };
    result = process_start(&container->init, &request);
  }
  uint32_t error = (uint32_t)errno;
  if (pod->shm_spare >= 0) close(pod->shm_spare);
  pod->shm_spare = -1;
  close_all(stdio);
  if (result == 0) return;
  reply_failure(REQUEST_START, message->request, phase, 0, error);
  release(container);
}

void container_list(const struct message *message) {
  struct entry {
    char id[ID_LENGTH];
    uint32_t state;
    uint32_t pid;
    uint64_t started_ns;
    struct exit_record exit;
  };
  struct entry *entries = calloc(container_count + 1, sizeof *entries);
  size_t count = 0;
  size_t most = MAX_MESSAGE / sizeof *entries;
  uint32_t skip = 0;
  if (message->length >= sizeof skip) memcpy(&skip, message->bytes, sizeof skip);
  for (struct container *container = containers; entries && container && count < most; container = container->next) {
    if (skip) {
      skip--;
      continue;
    }
    struct entry *entry = &entries[count++];
    memcpy(entry->id, container->id, ID_LENGTH);
    entry->state = container->init.state;
    entry->pid = (uint32_t)container->init.pid;
    entry->started_ns = container->started_ns;
    entry->exit = container->exit;
  }
  channel_reply(REQUEST_LIST, message->request, entries ? 0 : ENOMEM, entries, count * sizeof *entries, NULL, 0);
  free(entries);
}

// The container that the message names first, or NULL with an error already replied.
static struct container *named(const struct message *message) {
  struct container *container = message->length >= ID_LENGTH ? container_find((const char *)message->bytes) : NULL;
  if (!container) channel_reply(message->type, message->request, ESRCH, NULL, 0, NULL, 0);
  return container;
}

void container_delete(const struct message *message) {
  struct container *container = named(message);
  if (!container) return;
  if (container->init.state != PROCESS_EXITED) {
    channel_reply(message->type, message->request, EBUSY, NULL, 0, NULL, 0);
    return;
  }
  release(container);
  channel_reply(message->type, message->request, 0, NULL, 0, NULL, 0);
}

void container_reopen_log(const struct message *message) {
  struct container *container = named(message);
  if (!container) return;
  int result = log_reopen(&container->log);
  channel_reply(message->type, message->request, result < 0 ? (uint32_t)errno : 0, NULL, 0, NULL, 0);
}

// A socket whose other end takes what the container writes; what comes back on it is the container's input.
static int attach_socket(struct stream *output) {
  int ends[2];
  if (output->watcher.fd < 0) return -1;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return -1;
  if (stream_add_sink(output, ends[0]) == 0) return ends[1];
  close(ends[1]);
  return -1;
}

static int attach_input(struct container *container) {
  int target = container->init.terminal >= 0 ? container->init.terminal : container->stdin_fd;
  int ends[2];
  if (target < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return -1;
  struct input *input = calloc(1, sizeof *input);
  int copy = fcntl(target, F_DUPFD_CLOEXEC, 16);
  if (!input || copy < 0) {
    close(ends[0]);
  } else if (stream_start(&input->stream, ends[0], NULL, "stdin") == 0) {
    memcpy(input->id, container->id, ID_LENGTH);
    input->stream.ended = input_ended;
    input->stream.owner = input;
    input->next = inputs;
    inputs = input;
    if (stream_add_sink(&input->stream, copy) == 0) return ends[1];
    close_input(input);
    input = NULL;
    copy = -1;
  }
  if (copy >= 0) close(copy);
  free(input);
  close(ends[1]);
  return -1;
}

void container_attach(const struct message *message) {
  struct container *container = named(message);
  if (!container) return;
  if (container->init.state != PROCESS_RUNNING) {
    channel_reply(message->type, message->request, ESRCH, NULL, 0, NULL, 0);
    return;
  }
  int fds[3];
  size_t count = 0;
  struct {
    uint32_t has_input;
    uint32_t has_error;
  } reply = {0, 0};
  int output = attach_socket(&container->out);
  if (output >= 0) fds[count++] = output;
  int error_output = attach_socket(&container->err);
  if (error_output >= 0) {
    fds[count++] = error_output;
    reply.has_error = 1;
  }
  int input = attach_input(container);
  if (input >= 0) {
    fds[count++] = input;
    reply.has_input = 1;
  }
  channel_reply(message->type, message->request, output < 0 ? EPIPE : 0, &reply, sizeof reply, fds, count);
  while (count) close(fds[--count]);
}
