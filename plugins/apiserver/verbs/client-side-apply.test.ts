import { describe, expect, it } from 'vitest';
import type { Client } from '../../../src/api/client.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { testApi } from '../testing/test-api.ts';

const KEY = { name: 'a', namespace: 'default' };
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const config = (data: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...metadata },
  data,
});
const serverSide = (client: Client, fieldManager: string, body: unknown) =>
  client.patch(ConfigMap, KEY, { type: 'apply', body }, { fieldManager });

/** What `kubectl apply` makes without `--server-side`. */
async function clientSide(client: Client, data: Readonly<Record<string, string>>, said: string): Promise<void> {
  const metadata = { name: 'a', namespace: 'default', annotations: { [LAST_APPLIED]: said } };
  await client.create(ConfigMap, { metadata, data }, { fieldManager: 'kubectl-client-side-apply' });
}
const BEFORE = { x: '1', y: '1' };

describe('server-side apply of what client-side apply made', () => {
  it('takes over as kubectl what nobody changed since, and keeps the annotation true', async () => {
    const { admin } = await testApi();
    await clientSide(admin, BEFORE, JSON.stringify(config(BEFORE)));
    const next = config({ y: '1', x: '<2>' }, { labels: { b: '', a: '' } });
    const taken = await serverSide(admin, 'kubectl', next);
    expect(taken.data).toEqual({ x: '<2>', y: '1' });
    expect(taken.metadata.annotations?.[LAST_APPLIED]).toBe(
      '{"apiVersion":"v1","data":{"x":"\\u003c2\\u003e","y":"1"},"kind":"ConfigMap",' +
        '"metadata":{"labels":{"a":"","b":""},"name":"a","namespace":"default"}}\n',
    );
    expect(await serverSide(admin, 'kubectl', next)).toBe(taken);
  });

  it('does so as no other manager', async () => {
    const { admin } = await testApi();
    await clientSide(admin, BEFORE, JSON.stringify(config(BEFORE)));
    await expect(serverSide(admin, 'helm', config({ x: '2' }))).rejects.toThrow(
      /^Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: \.data\.x$/,
    );
  });

  it('conflicts where the value is not the one that was applied', async () => {
    const { admin } = await testApi();
    await clientSide(admin, BEFORE, JSON.stringify(config(BEFORE)));
    const edit = { type: 'merge', body: { data: { y: 'edited' } } } as const;
    await admin.patch(ConfigMap, KEY, edit, { fieldManager: 'kubectl-edit' });
    await expect(serverSide(admin, 'kubectl', config({ x: '2', y: '2' }))).rejects.toThrow(
      /^Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: \.data\.y$/,
    );
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['of another version', JSON.stringify({ ...config(BEFORE), apiVersion: 'v2' })],
  ])('takes nothing over on an annotation that is %s', async (_what, said) => {
    const { admin } = await testApi();
    await clientSide(admin, BEFORE, said);
    await expect(serverSide(admin, 'kubectl', config({ x: '2' }))).rejects.toThrow('Apply failed with 1 conflict');
  });

  it('gives no annotation to what never had one', async () => {
    const { admin } = await testApi();
    const made = await serverSide(admin, 'kubectl', config(BEFORE));
    expect(made.metadata.annotations).toBeUndefined();
  });
});
