// What went wrong, on standard error, in one line.
#pragma once

// "tiphys: WHAT PATH: strerror(errno)". Answers -1.
int failed(const char *what, const char *path);

// "tiphys: WHY". Answers -1.
int failed_because(const char *why);
