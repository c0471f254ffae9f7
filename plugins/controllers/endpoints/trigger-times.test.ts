import { expect, it } from 'vitest';
import { startCluster } from '../../../src/sdk/testing/cluster.ts';
import { Endpoints } from '../../kinds/core/v1/endpoints.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { TRIGGER_TIME } from './trigger-times.ts';

it('endpoints say when what they tell of changed: the earliest of what they had not told', async () => {
  await using cluster = await startCluster({ without: ['scheduler'] });
  const { client } = cluster;
  const namespace = 'default';
  const key = { name: 's', namespace };
  const told = async () => {
    const [slice, ...others] = (await client.list(EndpointSlice, { namespace, labelSelector: SLICES_OF_S })).items;
    expect(others).toEqual([]);
    const endpoints = await client.get(Endpoints, key);
    return {
      slice: slice?.metadata.annotations?.[TRIGGER_TIME],
      endpoints: endpoints.metadata.annotations?.[TRIGGER_TIME],
      addresses: slice?.endpoints?.map(({ addresses }) => addresses[0]).toSorted(),
    };
  };
  const ready = async (name: string, podIP: string, lastTransitionTime: string) => {
    const pod = await client.create(Pod, {
      metadata: { name, namespace, labels: { app: 's' } },
      spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
    });
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime } as const];
    await client.updateStatus(Pod, { ...pod, status: { ...pod.status, podIP, podIPs: [{ ip: podIP }], conditions } });
  };
  const service = await client.create(Service, {
    metadata: key,
    spec: { selector: { app: 's' }, ports: [{ port: 80 }] },
  });
  const created = service.metadata.creationTimestamp;
  await cluster.eventually(async () =>
    expect(await told()).toEqual({ slice: created, endpoints: created, addresses: undefined }),
  );
  await ready('a', '10.0.0.1', '2040-01-01T00:00:01Z');
  await cluster.eventually(async () =>
    expect(await told()).toEqual({
      slice: '2040-01-01T00:00:01Z',
      endpoints: '2040-01-01T00:00:01Z',
      addresses: ['10.0.0.1'],
    }),
  );
  await ready('b', '10.0.0.2', '2040-01-01T00:00:05Z');
  await cluster.eventually(async () =>
    expect(await told()).toEqual({
      slice: '2040-01-01T00:00:05Z',
      endpoints: '2040-01-01T00:00:05Z',
      addresses: ['10.0.0.1', '10.0.0.2'],
    }),
  );
  // A change that no trigger tells of is told without a time.
  await client.patch(Service, key, { type: 'merge', body: { metadata: { labels: { team: 'a' } } } });
  await cluster.eventually(async () =>
    expect(await told()).toEqual({ slice: undefined, endpoints: undefined, addresses: ['10.0.0.1', '10.0.0.2'] }),
  );
});

const SLICES_OF_S = 'kubernetes.io/service-name=s';
