/** What starts together: its name, and the files that are loaded then, with all that those import. */
export type Occasions = Readonly<Record<string, readonly string[]>>;

/**
 * Which files are loaded on the same occasions and may therefore lie in one: by file, the names of all its occasions
 * joined by a dash. `importsOf` are the files that a file needs, on an occasion. A file of no occasion is left out.
 */
export function loadedTogether(
  occasions: Occasions,
  importsOf: (file: string, occasion: string) => readonly string[],
): ReadonlyMap<string, string> {
  const together = new Map<string, string>();
  for (const [occasion, files] of Object.entries(occasions)) {
    for (const file of reachedFrom(files, each => importsOf(each, occasion))) {
      const before = together.get(file);
      together.set(file, before === undefined ? occasion : `${before}-${occasion}`);
    }
  }
  return together;
}

function reachedFrom(files: readonly string[], importsOf: (file: string) => readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const left = [...files];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    left.push(...importsOf(file));
  }
  return reached;
}
