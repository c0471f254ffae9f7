/** Of whose names no dot tells that they are groups; all other groups have one. */
const PLAIN_GROUPS: ReadonlySet<string> = new Set(['apps', 'autoscaling', 'batch', 'policy']);
/** Not of objects. */
const OWN = 'ranges';

const ROOT = '/registry/';

export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** Of which kind the object under a key of the store is; undefined where none is there. */
export function resourceOfKey(key: string): GroupResource | undefined {
  if (!key.startsWith(ROOT)) return undefined;
  const [first = '', second = ''] = key.slice(ROOT.length).split('/', 2);
  if (first === OWN) return undefined;
  return first.includes('.') || PLAIN_GROUPS.has(first)
    ? { group: first, resource: second }
    : { group: '', resource: first };
}

/** As a configuration names it: `secrets`, `deployments.apps`, `*.apps`, `*.` and `*.*`. */
export function parseGroupResource(text: string): GroupResource {
  const dot = text.indexOf('.');
  return dot === -1 ? { group: '', resource: text } : { group: text.slice(dot + 1), resource: text.slice(0, dot) };
}

/** As it is told; upstream's `*.` is the group without a name. */
export const groupResourceText = ({ group, resource }: GroupResource): string =>
  group === '' ? (resource === '*' ? '*.' : resource) : `${resource}.${group}`;
