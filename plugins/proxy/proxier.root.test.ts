import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { native } from '../../native/index.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import type { FakePod } from '../network/testing/fake-pod.ts';
import { startPump } from './listeners.ts';
import { TestNode } from '../network/testing/test-node.ts';
import { TestProxier } from './testing/test-proxier.ts';
import { endpoint, service, slice } from './testing/wire-objects.ts';

let proxier: TestProxier;
let services: TestProxier['services'];
let slices: TestProxier['slices'];
let pods: TestProxier['pods'];
let node: TestNode;
let client: FakePod;
let stop: () => void;
const ends: string[] = [];

beforeAll(async () => {
  node = await TestNode.start();
  clusterIP = node.cidrs.service(7);
  ({ pod: client } = await node.pod('client'));
  for (const name of ['a', 'b']) {
    const { pod, ip } = await node.pod(name);
    await pod.listen(ip, 8080, socket => socket.end(name));
    ends.push(ip);
  }
  const { pod, ip } = await node.pod('echo');
  await pod.listen(ip, 8080, socket => socket.pipe(socket));
  ends.push(ip);
  const {
    serviceNetnsFd,
    nodeAddresses: [nodeAddress],
  } = node.network;
  const pump = startPump(native(), { netns: serviceNetnsFd, threads: 1, descriptors: 20_000 });
  proxier = new TestProxier(pump, hostWorld(), {
    serviceNetns: serviceNetnsFd,
    addresses: ['127.0.0.1', nodeAddress],
  });
  ({ services, slices, pods } = proxier);
  stop = () => {
    proxier[Symbol.dispose]();
    pump.stop();
  };
});
afterAll(async () => {
  stop();
  await node[Symbol.asyncDispose]();
});

let clusterIP: string;
/** The share of a pod that plays a part here. */
const podOf = (uid: string, metadata: object = {}, status: object = {}): Pod =>
  ({ metadata: { name: uid, namespace: 'default', uid, ...metadata }, spec: { containers: [] }, status }) as never;
const ask = async (): Promise<string> => (await client.exchange(clusterIP, 80, '')).toString();
const at = (...which: readonly number[]): EndpointSlice => slice(which.map(i => endpoint(ends[i] ?? '')));

describe('the proxier', () => {
  it('follows endpoints within the event, refuses without any and keeps the address for who comes back', async () => {
    services.put(service({ clusterIP }));
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    slices.put(at(0));
    expect(await ask()).toBe('a');
    slices.put(at(1));
    expect(await ask()).toBe('b');
    slices.put(at());
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    slices.put(at(0));
    expect(await ask()).toBe('a');
  });

  it('leads nowhere new to a pod from the moment it is told to stop, before its slice says so', async () => {
    services.put(service({ clusterIP }));
    slices.put(slice([0, 1].map(i => endpoint(ends[i] ?? '', { targetRef: { kind: 'Pod', uid: `pod-${i}` } }))));
    pods.put(podOf('pod-0', { deletionTimestamp: '2026-01-01T00:00:00Z' }));
    for (let i = 0; i < 12; i++) expect(await ask()).toBe('b');
    pods.drop(podOf('pod-0'));
  });

  it('ends the connections of a pod that is gone, which may not have said so', async () => {
    services.put(service({ clusterIP }));
    slices.put(at(2));
    const gone = podOf('pod-2', {}, { podIP: ends[2] });
    pods.put(gone);
    const socket = await client.dial(clusterIP, 80);
    socket.write('x');
    await once(socket, 'data');
    let end = '';
    socket.on('error', (error: NodeJS.ErrnoException) => (end = error.code ?? ''));
    pods.drop(gone);
    await expect.poll(() => end, { timeout: 30_000 }).toBe('ECONNRESET');
  });

  it('answers at node ports from the node, by its address and by loopback, and from pods', async () => {
    const nodePort = 31_000 + randomInt(1_000);
    services.put(
      service({ clusterIP, type: 'NodePort', ports: [{ name: 'http', protocol: 'TCP', port: 80, nodePort }] }),
    );
    slices.put(at(1));
    const [nodeAddress] = node.network.nodeAddresses;
    expect((await client.exchange(nodeAddress, nodePort, '')).toString()).toBe('b');
    for (const address of [nodeAddress, '127.0.0.1']) closeSync(await native().tcpDial(null, address, nodePort, 1_000));
    services.put(service({ clusterIP }));
    await expect(native().tcpDial(null, nodeAddress, nodePort, 1_000)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('refuses once the service is gone', async () => {
    const gone = service({ clusterIP });
    services.put(gone);
    expect(await ask()).toBe('b');
    services.drop(gone);
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
