/** Repeats `ask` until `holds` stops throwing; after the deadline its last complaint is thrown. */
export async function eventually<T>(ask: () => Promise<T>, holds: (value: T) => void, deadlineMs = 60_000): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    try {
      const value = await ask();
      holds(value);
      return value;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise(resume => setTimeout(resume, 100));
    }
  }
}
