/**
 * Runs `act` for each of `count`, in batches of 1, 2, 4 ... at once, and stops after the batch in which
 * one failed: when nothing can be created, little is tried. Answers the failures.
 */
export async function slowStart(count: number, act: (index: number) => Promise<void>): Promise<readonly unknown[]> {
  let done = 0;
  for (let batch = 1; done < count; batch *= 2) {
    const size = Math.min(batch, count - done);
    const results = await Promise.allSettled(Array.from({ length: size }, (_, i) => act(done + i)));
    const failures = results.flatMap(result => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (failures.length > 0) return failures;
    done += size;
  }
  return [];
}
