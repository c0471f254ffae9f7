#include "clock.h"

#include <string.h>
#include <time.h>

uint64_t clock_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static void digits(char *to, int width, uint64_t value) {
  for (int i = width - 1; i >= 0; i--) {
    to[i] = (char)('0' + value % 10);
    value /= 10;
  }
}

size_t clock_format(char *to) {
  static char text[] = "0000-00-00T00:00:00.000000000Z";
  static uint64_t shown = ~0ULL;
  uint64_t now = clock_now();
  uint64_t seconds = now / 1000000000ULL;
  if (seconds != shown) {
    shown = seconds;
    time_t time = (time_t)seconds;
    struct tm parts;
    gmtime_r(&time, &parts);
    digits(text, 4, (uint64_t)parts.tm_year + 1900);
    digits(text + 5, 2, (uint64_t)parts.tm_mon + 1);
    digits(text + 8, 2, (uint64_t)parts.tm_mday);
    digits(text + 11, 2, (uint64_t)parts.tm_hour);
    digits(text + 14, 2, (uint64_t)parts.tm_min);
    digits(text + 17, 2, (uint64_t)parts.tm_sec);
  }
  digits(text + 20, 9, now % 1000000000ULL);
  memcpy(to, text, 30);
  return 30;
}
