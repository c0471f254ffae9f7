import { expect, it } from 'vitest';
import { wholeNode } from '../../../src/api/whole-node.ts';
import { must } from '../../../src/base/must.ts';
import { decodeMessage } from '../../../src/schema/protobuf-decode.ts';
import { encodeMessage } from '../../../src/schema/protobuf-encode.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { MESSAGE_BYTES } from '../limits.ts';
import { MadeObjects } from './made-objects.ts';
import { testApi } from '../testing/test-api.ts';

const KEY = { name: 'a', namespace: 'default' };
const NODE = wholeNode(ConfigMap);

it('makes what an object is in protobuf once a revision, whoever asks', async () => {
  const { api, admin } = await testApi();
  const message = async () => must(await api.objects.get(ConfigMap, KEY), 'it is there').message(NODE);
  await admin.create(ConfigMap, { metadata: KEY, data: { text: 'ü'.repeat(100) } });
  const first = await message();
  const { objects } = await api.objects.range(ConfigMap, 'default', {});
  expect([(await message()).item, objects[0]?.message(NODE).item]).toEqual([first.item, first.item]);
  expect((await message()).item).toBe(first.item);
  expect(objects[0]?.message(NODE).item).toBe(first.item);
  const shown = await admin.get(ConfigMap, KEY);
  expect(first.item.subarray(first.messageAt)).toEqual(encodeMessage(NODE, { ...shown }));

  const patch = { type: 'merge', body: { data: { text: 'new' } } } as const;
  // What is not stored is nobody else's to see.
  await admin.patch(ConfigMap, KEY, patch, { dryRun: true });
  expect((await message()).item).toBe(first.item);
  await admin.patch(ConfigMap, KEY, patch);
  const next = await message();
  expect(decodeMessage(NODE, next.item.subarray(next.messageAt))).toMatchObject({ data: { text: 'new' } });
});

it('keeps what different schemas say of an object apart', () => {
  const made = new MadeObjects();
  const other = { ...NODE };
  const one = made.message(NODE, 'k', 1, () => ({ data: { a: 'x' } }));
  const two = made.message(other, 'k', 1, () => ({ data: { a: 'y' } }));
  const kept = [NODE, other].map(node => made.message(node, 'k', 1, () => ({})));
  expect(kept[0]?.item).toBe(one.item);
  expect(kept[1]?.item).toBe(two.item);
});

it('keeps no more than its limit allows, in memory that holds nothing else', () => {
  const made = new MadeObjects();
  const data = { text: 'x'.repeat(1000) };
  const count = Math.ceil((3 * MESSAGE_BYTES) / 1000);
  let again = 0;
  for (let at = 0; at < count; at++) {
    const { item } = made.message(NODE, `k${at}`, 1, () => ({ data }));
    expect(item.buffer.byteLength).toBe(item.length);
  }
  for (let at = 0; at < count; at++) {
    made.message(NODE, `k${at}`, 1, () => {
      again += 1;
      return {};
    });
  }
  expect(again).toBeGreaterThan(count / 4);
});
