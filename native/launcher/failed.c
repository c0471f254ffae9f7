#include "failed.h"

#include <stdio.h>
#include <string.h>
#include <errno.h>

int failed(const char *what, const char *path) {
  fprintf(stderr, "tiphys: %s %s: %s\n", what, path, strerror(errno));
  return -1;
}

int failed_because(const char *why) {
  fprintf(stderr, "tiphys: %s\n", why);
  return -1;
}
