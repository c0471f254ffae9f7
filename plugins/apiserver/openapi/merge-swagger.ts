import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { JsonRecord } from '../../../src/api/json-record.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import { reachable } from './reachable.ts';

export interface RemoteSwagger {
  readonly group: string;
  readonly version: string;
  readonly document: unknown;
}

/** `own` with the paths of other servers' APIs and the definitions that those use; one that differs is renamed. */
export function mergeSwagger(own: JsonRecord, remotes: readonly RemoteSwagger[]): JsonRecord {
  const paths: Record<string, unknown> = { ...recordOf(own['paths']) };
  const definitions: Record<string, unknown> = { ...recordOf(own['definitions']) };
  for (const { group, version, document } of remotes) {
    const theirs = recordOf(document);
    const root = `/apis/${group}/${version}`;
    const added = Object.entries(recordOf(theirs['paths'])).filter(
      ([path]) => path === `${root}/` || path.startsWith(`${root}/`) || path === `/apis/${group}/`,
    );
    const all = recordOf(theirs['definitions']);
    const used = reachable(
      added.map(([, item]) => item),
      all,
      PREFIX,
    );
    const names = new Map([...used].map(name => [name, nameFor(name, all[name], definitions)]));
    for (const [name, as] of names) definitions[as] = renamed(all[name], names);
    for (const [path, item] of added) paths[path] ??= renamed(item, names);
  }
  return { ...own, paths, definitions };
}

const PREFIX = '#/definitions/';

function nameFor(name: string, definition: unknown, taken: JsonRecord): string {
  for (let nth = 1; ; nth += 1) {
    const as = nth === 1 ? name : `${name}_v${nth}`;
    if (!Object.hasOwn(taken, as) || isDeepEqual(taken[as], definition)) return as;
  }
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map(item => renamed(item, names));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key !== '$ref' || typeof inner !== 'string') return [key, renamed(inner, names)];
      const name = inner.slice(PREFIX.length);
      return [key, `${PREFIX}${names.get(name) ?? name}`];
    }),
  );
}

const recordOf = (value: unknown): JsonRecord => (isRecord(value) ? value : {});
