const REFUSED = (
  'empty unknown broken missing twice cycle no-replica no-target no-literal outside as-resource ' +
  'untyped untyped-pairs'
).split(' ');

/** Each is run by both clients, one after the other, and has to come to the same. */
export const KUSTOMIZING: readonly string[] = [
  ...['base', 'overlay', 'again', 'two', 'legacy', 'small'].map(name => `kustomize k/${name}`),
  ...REFUSED.map(name => `kustomize k/${name}`),
  'kustomize nope',
  'kustomize k',
  'kustomize k/base k/two',
  'kustomize k/outside --load-restrictor=LoadRestrictionsNone',
  'kustomize k/small -o small-NAMESPACE.yaml',
  'create -f small-NAMESPACE.yaml --dry-run=client',
  'create -k k/small2',
  'apply -k k/small',
  'apply -k k/small',
  'get -k k/small -o name',
  'get -k k/small -f cm.yaml',
  'get -k k/small -R',
  'apply -k k/empty',
  'apply -k nope',
  'apply -f cm.yaml -k k/small',
  'diff -k k/small',
  'annotate -k k/small a=b',
  'delete -k k/small --wait=false',
  'delete -k k/small --ignore-not-found',
  'get configmaps -o name',
];
