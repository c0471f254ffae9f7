import { isRecord } from '../../src/base/is-record.ts';

/** What two servers can rightly answer differently, by the name of the field. */
const OWN: ReadonlySet<string> = new Set([
  'description',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'time',
  'lastTransitionTime',
  'lastPhaseTransitionTime',
  'clusterIP',
  'nodePort',
  'healthCheckNodePort',
  'buildDate',
  'goVersion',
  'compiler',
  'platform',
  'continue',
]);
/** What tells a build apart, which one may say and another not. */
const OF_THE_BUILD: ReadonlySet<string> = new Set(['gitVersion', 'gitCommit', 'gitTreeState']);
const LATEST = /(Too large resource version: \d+, current: |too old resource version: \d+ \()\d+/g;
const REVISION = /record \(\d+\)/g;
/** Of objects that a message repeats. */
const TIMES = /(?<=")\d{4}-\d\d-\d\dT[\d:]+Z(?=\\?")/g;
const REVISIONS = /(resourceVersion\\?":\\?")\d+/g;
/** Where it was built. */
const SCHEME = /scheme "pkg\/[\w./]+:\d+"/g;
const UID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const ADDRESS = /"10\.43\.\d+\.\d+"/g;
const GENERATED = /(?<=Bad_)[b-z2-9]{5}\b/g;
/** The volume that every pod is given. */
const TOKEN_VOLUME = /(?<=kube-api-access-)\w{5}\b/g;
/** Of a document that is told in words of one's own; and of a client's certificate. */
const CHECKSUM = /\b(hash|X509SHA256)=[0-9A-Fa-f]+/g;
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:]+Z$/;
const RUN_MS = 600_000;
const LISTS_OF_OWN: ReadonlySet<string> = new Set(['clusterIPs']);

/** An answer without uids, revisions, times and addresses; their presence still shows. */
export function normalize(value: unknown, field = ''): unknown {
  if (typeof value === 'string' && field === 'message') {
    return value
      .replaceAll(UID, '<uid>')
      .replaceAll(ADDRESS, '"<clusterIP>"')
      .replaceAll(REVISION, 'record (<resourceVersion>)')
      .replaceAll(LATEST, '$1<resourceVersion>')
      .replaceAll(SCHEME, 'scheme')
      .replaceAll(GENERATED, '<random>')
      .replaceAll(TOKEN_VOLUME, '<random>')
      .replaceAll(TIMES, '<time>')
      .replaceAll(REVISIONS, '$1<resourceVersion>');
  }
  if (OF_THE_BUILD.has(field)) return `<${field}>`;
  if (field === 'cells' && Array.isArray(value)) return value.map(cell => normalize(withoutAllocated(cell)));
  // Sorted by their times, which fall into one second of one server and two of the other.
  if (field === 'managedFields' && Array.isArray(value)) return value.map(item => normalize(item)).toSorted(byOwner);
  if (Array.isArray(value)) return value.map(item => normalize(item, LISTS_OF_OWN.has(field) ? 'clusterIP' : ''));
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map(name => [name, normalize(value[name], name)]),
    );
  }
  if (typeof value === 'string' && /^\d+[smhd](\d+[smh])?$/.test(value)) return '<age>';
  // A moment of the run, which two servers may find in two seconds.
  if (typeof value === 'string' && MOMENT.test(value) && Math.abs(Date.now() - Date.parse(value)) < RUN_MS)
    return '<now>';
  if (typeof value === 'string' && !OWN.has(field))
    return value
      .replaceAll(CHECKSUM, '$1=<$1>')
      .replaceAll(UID, '<uid>')
      .replaceAll(GENERATED, '<random>')
      .replaceAll(TOKEN_VOLUME, '<random>');
  return OWN.has(field) && value !== null && value !== 'None' && value !== '' ? `<${field}>` : value;
}

function byOwner(a: unknown, b: unknown): number {
  const [one, other] = [a, b].map(entry =>
    isRecord(entry) ? JSON.stringify([entry['operation'], entry['manager'], entry['subresource'] ?? '']) : '',
  ) as [string, string];
  return one < other ? -1 : Number(one > other);
}

/** A cell of a table without the moment, address or node port that a server chose. */
const withoutAllocated = (cell: unknown): unknown =>
  typeof cell === 'string'
    ? cell
        .replace(/^\d{4}-\d\d-\d\dT[\d:]+Z$/, '<time>')
        .replace(/^10\.43\.\d+\.\d+$/, '<clusterIP>')
        .replaceAll(/:3\d{4}\//g, ':<nodePort>/')
    : cell;

/** Where two values differ, as lines of `path: ours | theirs`. */
export function differences(ours: unknown, theirs: unknown, path = ''): readonly string[] {
  if (isRecord(ours) && isRecord(theirs)) {
    const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort();
    return names.flatMap(name => differences(ours[name], theirs[name], `${path}.${name}`));
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const length = Math.max(ours.length, theirs.length);
    return Array.from({ length }, (_, at) => differences(ours[at], theirs[at], `${path}[${at}]`)).flat();
  }
  if (ours === theirs) return [];
  return [`${path}: ${JSON.stringify(ours) ?? 'absent'} | ${JSON.stringify(theirs) ?? 'absent'}`];
}
