#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "container.h"
#include "failure.h"
#include "process.h"
#include "stream.h"

struct session {
  struct process process;  // first, so that one is the other
  struct session *next;
  uint32_t id;    // the request that started it
  int ends[3];    // the daemon's ends until it has them, else -1
  struct stream out;  // with a terminal: master to socket
  struct stream in;   //   and socket to master
  int reported;       // the daemon was told of its end
};

static struct session *sessions;
static unsigned session_count;

static void close_ends(struct session *session) {
  for (int i = 0; i < 3; i++) {
    if (session->ends[i] >= 0) close(session->ends[i]);
    session->ends[i] = -1;
  }
}

// Freed once its program ended and, with a terminal, all that it wrote is on its way.
static void release_if_over(struct session *session) {
  if (!session->reported || session->out.watcher.fd >= 0) return;
  for (struct session **link = &sessions; *link; link = &(*link)->next) {
    if (*link != session) continue;
    *link = session->next;
    session_count--;
    break;
  }
  stream_stop(&session->in);
  close_ends(session);
  if (session->process.terminal >= 0) close(session->process.terminal);
  free(session);
}

static void output_ended(struct stream *stream, void *owner) {
  (void)stream;
  release_if_over(owner);
}

// The daemon hung up: closing the master sends the program SIGHUP.
static void input_ended(struct stream *stream, void *owner) {
  (void)stream;
  struct session *session = owner;
  stream_stop(&session->out);
  if (session->process.terminal >= 0) close(session->process.terminal);
  session->process.terminal = -1;
  release_if_over(session);
}

static int relay_terminal(struct session *session) {
  int pair[2];
  int master = session->process.terminal;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) return -1;
  session->ends[1] = pair[1];
  session->out.ended = output_ended;
  session->in.ended = input_ended;
  session->out.owner = session->in.owner = session;
  if (stream_start(&session->in, pair[0], NULL, "stdin") < 0) return -1;
  if (stream_start(&session->out, fcntl(master, F_DUPFD_CLOEXEC, 16), NULL, "stdout") < 0) return -1;
  if (stream_add_sink(&session->in, fcntl(master, F_DUPFD_CLOEXEC, 16)) < 0) return -1;
  return stream_add_sink(&session->out, fcntl(pair[0], F_DUPFD_CLOEXEC, 16));
}

static void on_started(struct process *process) {
  struct session *session = (struct session *)process;
  if (process->terminal >= 0 && relay_terminal(session) < 0) process_signal(process, 9);
  int fds[3];
  size_t count = 0;
  for (int i = 0; i < 3; i++) {
    if (session->ends[i] >= 0) fds[count++] = session->ends[i];
  }
  uint32_t pid = (uint32_t)process->pid;
  channel_reply(REQUEST_EXEC, session->id, 0, &pid, sizeof pid, fds, count);
  close_ends(session);
}

static void on_exited(struct process *process, int wait_status) {
  struct session *session = (struct session *)process;
  if (process->failed) {
    reply_failure(REQUEST_EXEC, session->id, PHASE_CHILD, process->failure.index, process->failure.error);
  } else {
    // What the program left in its terminal goes out before the news of its end.
    stream_drain(&session->out);
    struct {
      uint32_t session;
      uint32_t status;
    } event = {session->id, (uint32_t)wait_status};
    channel_event(EVENT_EXEC_EXITED, &event, sizeof event);
  }
  session->reported = 1;
  release_if_over(session);
}

static int make_stdio(struct session *session, uint32_t flags, int stdio[3]) {
  int ends[2];
  for (int i = 0; i < 3; i++) {
    if (i == 0 && !(flags & PROCESS_STDIN)) continue;
    if (pipe2(ends, O_CLOEXEC) < 0) return -1;
    stdio[i] = i == 0 ? ends[0] : ends[1];
    session->ends[i] = i == 0 ? ends[1] : ends[0];
  }
  return 0;
}

static struct session *create(uint32_t id) {
  struct session *session = session_count < MAX_SESSIONS ? calloc(1, sizeof *session) : NULL;
  if (!session) return NULL;
  session->id = id;
  session->process.started = on_started;
  session->process.exited = on_exited;
  session->process.terminal = session->out.watcher.fd = session->in.watcher.fd = -1;
  for (int i = 0; i < 3; i++) session->ends[i] = -1;
  session->next = sessions;
  sessions = session;
  session_count++;
  return session;
}

void session_start(struct pod *pod, const struct message *message) {
  struct cursor cursor = {message->bytes, message->bytes + message->length, 0};
  const char *id = (const char *)read_bytes(&cursor, ID_LENGTH);
  uint32_t flags = read_u32(&cursor);
  uint32_t owner = read_u32(&cursor);
  const char *cgroup = read_string(&cursor);
  struct container *container = cursor.broken ? NULL : container_find(id);
  if (!container || container->init.state != PROCESS_RUNNING) {
    channel_reply(message->type, message->request, cursor.broken ? EBADMSG : ESRCH, NULL, 0, NULL, 0);
    return;
  }
  struct session *session = create(message->request);
  if (!session) {
    channel_reply(message->type, message->request, EAGAIN, NULL, 0, NULL, 0);
    return;
  }
  int stdio[3] = {-1, -1, -1};
  int result = flags & PROCESS_TTY ? 0 : make_stdio(session, flags, stdio);
  if (result == 0) {
    struct child_request request = {
        .pod = pod,
        .cgroup = cgroup,
        .stdio = {stdio[0], stdio[1], stdio[2]},
        .terminal = flags & PROCESS_TTY,
        .owner = owner,
        .init_pidfd = container->init.pidfd,
        .plan = cursor.at,
        .plan_length = (size_t)(cursor.end - cursor.at),
    };
    result = process_start(&session->process, &request);
  }
  uint32_t error = (uint32_t)errno;
  for (int i = 0; i < 3; i++) {
    if (stdio[i] >= 0) close(stdio[i]);
  }
  if (result == 0) return;
  reply_failure(message->type, message->request, PHASE_CLONE, 0, error);
  session->reported = 1;
  release_if_over(session);
}

// Of a message: id, then the number of a session. ESRCH is replied where there is none.
static struct process *named(const struct message *message, struct cursor *cursor) {
  *cursor = (struct cursor){message->bytes, message->bytes + message->length, 0};
  const char *id = (const char *)read_bytes(cursor, ID_LENGTH);
  uint32_t number = read_u32(cursor);
  if (!cursor->broken && number == 0) {
    struct container *container = container_find(id);
    if (container && container->init.state == PROCESS_RUNNING) return &container->init;
  }
  for (struct session *session = sessions; session && !cursor->broken && number; session = session->next) {
    if (session->id == number && session->process.state == PROCESS_RUNNING) return &session->process;
  }
  channel_reply(message->type, message->request, ESRCH, NULL, 0, NULL, 0);
  return NULL;
}

void session_signal(const struct message *message) {
  struct cursor cursor;
  struct process *process = named(message, &cursor);
  if (!process) return;
  int result = process_signal(process, (int)read_u32(&cursor));
  channel_reply(message->type, message->request, result < 0 ? (uint32_t)errno : 0, NULL, 0, NULL, 0);
}

void session_resize(const struct message *message) {
  struct cursor cursor;
  struct process *process = named(message, &cursor);
  if (!process) return;
  // Two statements: the order within one initializer is not defined.
  uint16_t columns = (uint16_t)read_u32(&cursor);
  uint16_t rows = (uint16_t)read_u32(&cursor);
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  int result = ioctl(process->terminal, TIOCSWINSZ, &size);
  channel_reply(message->type, message->request, result < 0 ? (uint32_t)errno : 0, NULL, 0, NULL, 0);
}
