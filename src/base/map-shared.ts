/** `list.map(next)`, but the list itself when nothing changes. */
export function mapShared<T>(list: readonly T[], next: (item: T, index: number) => T): readonly T[] {
  let mapped: T[] | undefined;
  for (const [index, item] of list.entries()) {
    const after = next(item, index);
    if (after !== item) (mapped ??= [...list])[index] = after;
  }
  return mapped ?? list;
}
