import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/**
 * Where tests lay what is written and synced often: in memory, where the machine has such a place. Waiting for a disk
 * would prove nothing more.
 */
export function memoryPlace(): string {
  return process.env['TIPHYS_MEMORY_PLACE'] ?? (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
}
