export interface WideBody {
  readonly name: string;
  /** Below `/api/v1/namespaces/default/`. */
  readonly resource: 'configmaps' | 'secrets' | 'pods';
  readonly json: string;
  readonly code: 201 | 413 | 422;
  /** What its refusal says. */
  readonly message?: string;
}

const joined = (count: number, each: (index: number) => string): string =>
  Array.from({ length: count }, (_, at) => each(at)).join(',');
const members = (count: number, value: string, prefix = ''): string =>
  joined(count, at => `"${prefix}k${at}":${value}`);
const WIDE = 19_000;
const TEXT = JSON.stringify('x'.repeat(100));
const map = (
  name: string,
  metadata: string,
  rest: string,
  told: Pick<WideBody, 'code' | 'message'> = { code: 201 },
): WideBody => ({
  name,
  resource: 'configmaps',
  json: `{"metadata":{"generateName":"w"${metadata}}${rest}}`,
  ...told,
});
const pod = (
  name: string,
  spec: string,
  container: string,
  told: Pick<WideBody, 'code' | 'message'> = { code: 201 },
): WideBody => ({
  name,
  resource: 'pods',
  json: `{"metadata":{"generateName":"w"},"spec":{${spec}"containers":[{"name":"c","image":"i"${container}}]}}`,
  ...told,
});

/** Objects that are as wide as the door lets in, or wider, and how they are answered. */
export const WIDE_BODIES: readonly WideBody[] = [
  map('data', '', `,"data":{${members(WIDE, '""')}}`),
  map('data of 2 MB', '', `,"data":{${members(WIDE, TEXT)}}`, {
    code: 422,
    message: 'Too long: may not be more than 1048576 bytes',
  }),
  map('data with wrong keys', '', `,"data":{${members(WIDE, '""', '/')}}`, {
    code: 422,
    message: 'a valid config key must consist of',
  }),
  { ...map('secret data', '', `,"data":{${members(WIDE, '"YQ=="')}}`), resource: 'secrets' },
  map('labels', `,"labels":{${members(WIDE, '"v"')}}`, ''),
  map('wrong labels', `,"labels":{${members(WIDE, '"-"')}}`, '', {
    code: 422,
    message: 'a valid label must be an empty string',
  }),
  map('annotations', `,"annotations":{${members(WIDE, '""')}}`, ''),
  map('annotations of 2 MB', `,"annotations":{${members(WIDE, TEXT)}}`, '', {
    code: 422,
    message: 'metadata.annotations: Too long: may not be more than 262144 bytes',
  }),
  map('finalizers', `,"finalizers":[${joined(WIDE, at => `"a.b/k${at}"`)}]`, ''),
  map('wrong finalizers', `,"finalizers":[${joined(WIDE, at => `"-${at}"`)}]`, '', {
    code: 422,
    message: 'metadata.finalizers: Invalid value',
  }),
  map(
    'owners',
    `,"ownerReferences":[${joined(7000, at => `{"apiVersion":"v1","kind":"Pod","name":"k${at}","uid":"${at}"}`)}]`,
    '',
  ),
  map('90,000 finalizers', `,"finalizers":[${joined(90_000, at => `"a.b/k${at}"`)}]`, '', {
    code: 413,
    message: 'Request entity too large',
  }),
  map('3 MB of lists', '', `,"x":[${'[],'.repeat(1_000_000)}[]]`, { code: 413, message: 'Request entity too large' }),
  pod('node selector', `"nodeSelector":{${members(WIDE, '""')}},`, ''),
  pod('limits', '', `,"resources":{"limits":{${members(WIDE, '"1"', 'a.b/')}}}`),
  pod('limits of wrong names', '', `,"resources":{"limits":{${members(WIDE, '"1"')}}}`, {
    code: 422,
    message: 'must be a standard resource type or fully qualified',
  }),
  pod('environment', '', `,"env":[${joined(7000, at => `{"name":"k${at}","value":"v"}`)}]`),
];
