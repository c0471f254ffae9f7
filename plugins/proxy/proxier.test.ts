import { describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { TestProxier, idlePump } from './testing/test-proxier.ts';
import { endpoint, service, slice } from './testing/wire-objects.ts';

const SERVICES = 1_000;
const ENDPOINTS = 10;

describe('a thousand services of ten endpoints each', () => {
  it('are listened at once each, and a change is one call, about its own listener', () => {
    const calls: string[] = [];
    let ids = 0;
    const pump = idlePump({
      listen: ({ address }) => {
        calls.push(`listen ${address}`);
        return ++ids;
      },
      put: (id, { endpoints }) => void calls.push(`put ${id} ${endpoints.length / 2}`),
      close: id => void calls.push(`close ${id}`),
    });
    using proxier = new TestProxier(pump, hostWorld(), { serviceNetns: 7, addresses: ['127.0.0.1'] });
    const { services, slices } = proxier;
    const ends = (of: number, count: number) =>
      slice(
        Array.from({ length: count }, (__, n) => endpoint(`10.42.${n}.${of % 250}`)),
        { service: `web-${of}` },
      );
    for (let i = 0; i < SERVICES; i++) {
      services.put(service({ clusterIP: `10.43.${i >> 8}.${i & 255}` }, { name: `web-${i}` }));
      slices.put(ends(i, ENDPOINTS));
    }
    expect(calls).toHaveLength(SERVICES);
    expect(new Set(calls).size).toBe(SERVICES);
    calls.length = 0;
    slices.put(ends(500, ENDPOINTS + 1));
    slices.put(ends(500, ENDPOINTS + 1));
    slices.put(ends(501, 0));
    services.put(service({ clusterIP: '10.43.1.246' }, { name: 'web-502', labels: { changed: 'in passing' } }));
    expect(calls).toEqual([`put 501 ${ENDPOINTS + 1}`, 'close 502']);
  });
});
