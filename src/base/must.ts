/** The value, where `undefined` or `null` would mean a defect in this program. */
export function must<T>(value: T | undefined | null, invariant: string): T {
  if (value === undefined || value === null) throw new Error(`invariant broken: ${invariant}`);
  return value;
}

/** Marks a branch that the types rule out. */
export function unreachable(value: never): never {
  throw new Error(`invariant broken: unreachable value ${JSON.stringify(value)}`);
}
