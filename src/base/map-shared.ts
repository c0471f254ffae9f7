/** `list.map(next)`, but the list itself when nothing changes. */
export function mapShared<T>(list: readonly T[], next: (item: T, index: number) => T): readonly T[] {
  const mapped = list.map(next);
  return mapped.every((item, index) => item === list[index]) ? list : mapped;
}
