import { expect, it } from 'vitest';
import { startCluster } from '../../src/sdk/testing/cluster.ts';
import { Ingress } from '../kinds/networking/v1/ingress.ts';
import { IngressClass } from '../kinds/networking/v1/ingress-class.ts';
import { withDefaultIngressClass } from './default-ingress-class.ts';

const DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
const spec = { defaultBackend: { service: { name: 's', port: { number: 80 } } } };

it('an ingress that names no class is of the default one, the newest of several', () => {
  const made = (name: string, creationTimestamp: string, isDefault = 'true') =>
    ({ metadata: { name, creationTimestamp, annotations: { [DEFAULT]: isDefault } } }) as unknown as IngressClass;
  const classes = [
    made('0-old', '2026-01-01T00:00:00Z'),
    made('b', '2026-01-02T00:00:00Z'),
    made('a', '2026-01-02T00:00:00Z'),
    made('newest', '2026-01-03T00:00:00Z', 'false'),
  ];
  const classOf = (more: object, annotations = {}) =>
    withDefaultIngressClass({ metadata: { annotations }, spec: { ...spec, ...more } } as unknown as Ingress, classes)
      .spec.ingressClassName;
  expect(classOf({})).toBe('a');
  expect(classOf({ ingressClassName: 'own' })).toBe('own');
  expect(classOf({}, { 'kubernetes.io/ingress.class': 'own' })).toBeUndefined();
});

it('is given one by the API, as long as there is one', async () => {
  await using cluster = await startCluster({ without: ['controllers', 'scheduler'] });
  const create = async (name: string) =>
    (await cluster.client.create(Ingress, { metadata: { name, namespace: 'default' }, spec })).spec.ingressClassName;
  expect(await create('a')).toBeUndefined();
  const metadata = { name: 'k', annotations: { [DEFAULT]: 'true' } };
  await cluster.client.create(IngressClass, { metadata, spec: { controller: 'a.b/c' } });
  await cluster.eventually(() => expect(cluster.caches.of(IngressClass).list()).toHaveLength(1));
  expect(await create('b')).toBe('k');
});
