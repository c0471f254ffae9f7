#pragma once

// Removes a folder below an open one with all that is in it, following no link and leaving no file system. What cannot be
// removed stays: the next one who unpacks tries again.
void remove_folder(int beside, const char *name);
