// The file of exit records: written before anybody is told, so that a daemon which was away learns of every exit.
#pragma once

#include "protocol.h"

int exits_open(const char *path);
// Fills in sequence and checksum and appends. A failed write is reported by -1 but changes nothing else.
int exits_append(struct exit_record *record);
