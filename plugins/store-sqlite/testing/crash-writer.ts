import { writeSync } from 'node:fs';
import { must } from '../../../src/base/must.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import type { Store, Write } from '../../../src/store/store.ts';
import { openSqliteStore } from '../sqlite-store.ts';

/**
 * A process that writes as fast as it can until it is killed, and says on standard output, one JSON
 * text a line, what it was promised (`acked`) and what it was shown (`saw`).
 */
export type Line =
  | { readonly acked: { readonly writer: number; readonly count: number; readonly revision: number } }
  | { readonly saw: number };

export const WRITERS = 8;

/** A writer's three keys change together: two hold its count, the third exists while that is odd. */
export const keysOf = (writer: number): { readonly a: string; readonly b: string; readonly odd: string } => ({
  a: `/a/${writer}`,
  b: `/b/${writer}`,
  odd: `/odd/${writer}`,
});

if (import.meta.main) await run(must(process.argv[2], 'the folder is given'));

async function run(folder: string): Promise<void> {
  const store = await openSqliteStore({ folder, world: hostWorld() });
  const say = (line: Line): void => void writeSync(1, `${JSON.stringify(line)}\n`);
  const watch = async (): Promise<void> => {
    const { signal } = new AbortController();
    for await (const { revision } of store.watch('/', { after: store.committed, signal })) say({ saw: revision });
  };
  await Promise.all([watch(), ...Array.from({ length: WRITERS }, (_, writer) => write(store, writer, say))]);
}

async function write(store: Store, writer: number, say: (line: Line) => void): Promise<void> {
  const keys = keysOf(writer);
  const { entry } = await store.get(keys.a);
  let modRevision = entry?.modRevision ?? 0;
  for (let count = Number(entry?.value.toString() ?? 0) + 1; ; count++) {
    const value = Buffer.from(String(count).padEnd(1000));
    const third: Write = count % 2 === 1 ? { put: keys.odd, value } : { delete: keys.odd };
    const result = await store.transact({
      guards: [{ key: keys.a, modRevision }],
      writes: [{ put: keys.a, value }, third, { put: keys.b, value }],
    });
    if (!result.ok) throw new Error(`writer ${writer} was told of a conflict with itself`);
    modRevision = result.revision;
    say({ acked: { writer, count, revision: modRevision } });
  }
}
