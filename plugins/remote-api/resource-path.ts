import type { Resource } from '../../src/api/resource.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where a resource, one object of it or a subresource of that is found; what is undefined in `query` is left out. */
export function resourcePath(
  { group, version, plural, scope }: Resource,
  at: { readonly namespace?: string | undefined; readonly name?: string; readonly subresource?: string },
  query: Query = {},
): string {
  const { namespace = '', name = '', subresource = '' } = at;
  const segments = [
    ...(group === '' ? ['api', version] : ['apis', group, version]),
    ...(scope === 'Namespaced' && namespace !== '' ? ['namespaces', namespace] : []),
    ...[plural, name, subresource].filter(segment => segment !== ''),
  ];
  const asked = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)] as [string, string]],
  );
  const text = new URLSearchParams(asked).toString();
  return `/${segments.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}
