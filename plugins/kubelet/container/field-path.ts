import type { Pod } from '../pod.ts';

/** Addresses that are known only once the pod has its sandbox. */
export interface PodAddresses {
  readonly podIps: readonly string[];
  readonly hostIps: readonly string[];
}

const SUBSCRIPT = /^(metadata\.(?:labels|annotations))\['([^']+)'\]$/;

/** The text of a `fieldRef`; throws where the path names nothing that may be asked for. */
export function fieldPathValue(pod: Pod, path: string, { podIps, hostIps }: PodAddresses): string {
  const { metadata, spec } = pod;
  const [, holder, key = ''] = SUBSCRIPT.exec(path) ?? [];
  if (holder !== undefined) return (holder === 'metadata.labels' ? metadata.labels : metadata.annotations)?.[key] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return formatMap(metadata.labels ?? {});
    case 'metadata.annotations':
      return formatMap(metadata.annotations ?? {});
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.podIP':
      return podIps[0] ?? '';
    case 'status.podIPs':
      return podIps.join(',');
    case 'status.hostIP':
      return hostIps[0] ?? '';
    case 'status.hostIPs':
      return hostIps.join(',');
    default:
      throw new Error(`unsupported fieldPath: ${path}`);
  }
}

/** Sorted `key="value"` lines, as downward API files show labels and annotations. */
const formatMap = (map: Readonly<Record<string, string>>): string =>
  Object.keys(map)
    .sort()
    .map(key => `${key}=${goQuoted(map[key] ?? '')}`)
    .join('\n');

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** Go's `%q`. */
const goQuoted = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what is escaped
  `"${text.replaceAll(/["\\\u0000-\u001f\u007f]/g, char => ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;
