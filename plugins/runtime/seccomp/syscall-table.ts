/** Numbers of an architecture's system calls by name. */
export type SyscallTable = ReadonlyMap<string, number>;

/** From runs of names: the key is the number of a run's first name. */
export function syscallTable(runs: Readonly<Record<number, string>>): SyscallTable {
  return new Map(
    Object.entries(runs).flatMap(([first, names]) =>
      names
        .trim()
        .split(/\s+/)
        .map((name, index) => [name, Number(first) + index] as const),
    ),
  );
}
