/** Lines as they come, until the connection breaks, which is no error here. */
export class FollowedLines {
  /** The first line is there; rejects when the connection broke before. */
  readonly first: Promise<void>;
  readonly ended: Promise<void>;
  text = '';

  constructor(lines: AsyncIterable<string>) {
    const first = Promise.withResolvers<void>();
    this.first = first.promise;
    this.ended = this.#follow(lines, first.resolve).catch(first.reject);
  }

  async #follow(lines: AsyncIterable<string>, onLine: () => void): Promise<void> {
    try {
      for await (const line of lines) {
        this.text += `${line}\n`;
        onLine();
      }
    } catch (error) {
      if (this.text === '') throw error;
    }
  }
}
