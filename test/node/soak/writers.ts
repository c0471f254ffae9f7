import type { RawApi } from '../raw-api.ts';

const PATH = '/api/v1/namespaces/default/configmaps';

/** What the API acknowledged to a number of writers, each with one counter and many objects of its own. */
export class Writers {
  readonly created: string[] = [];
  /** The last acknowledged count of each writer's counter. */
  readonly counts = new Map<string, number>();
  readonly #api: RawApi;
  readonly #stop = new AbortController();
  readonly #running: readonly Promise<void>[];

  constructor(api: RawApi, writers: number) {
    this.#api = api;
    this.#running = Array.from({ length: writers }, (_, i) => this.#write(`writer-${i}`));
  }

  /** Acknowledged writes, of both sorts. */
  get acknowledged(): number {
    return this.created.length + [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** What was acknowledged and is not there. */
  async lost(): Promise<readonly string[]> {
    const { items } = await this.#api.json<{
      items: readonly { metadata: { name: string }; data?: { count?: string } }[];
    }>(PATH);
    const stored = new Map(items.map(({ metadata, data }) => [metadata.name, Number(data?.count ?? 0)]));
    return [
      ...this.created.filter(name => !stored.has(name)),
      ...[...this.counts].filter(([name, count]) => (stored.get(name) ?? -1) < count).map(([name]) => name),
    ];
  }

  async #write(writer: string): Promise<void> {
    for (let i = 1; !this.#stop.signal.aborted; i++) {
      try {
        const name = `${writer}-${i}`;
        const object = await this.#api.send('POST', PATH, { metadata: { name } });
        if (object.code === 201) this.created.push(name);
        await this.#count(writer);
      } catch {
        // The daemon is down; what became of this write nobody promised.
        await new Promise(resume => setTimeout(resume, 20));
      }
    }
  }

  async #count(writer: string): Promise<void> {
    const count = (this.counts.get(writer) ?? 0) + 1;
    const object = { metadata: { name: writer }, data: { count: String(count) } };
    const put = await this.#api.send('PUT', `${PATH}/${writer}`, object);
    if (put.code === 200) this.counts.set(writer, count);
    else if (put.code === 404) await this.#api.send('POST', PATH, object);
  }
}
