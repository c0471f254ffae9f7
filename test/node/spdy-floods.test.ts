import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SpdyClient, synStream, type ClientStream } from '../../plugins/kubelet/testing/spdy-client.ts';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { pod, shell } from './objects.ts';
import { RawApi } from './raw-api.ts';

const MIB = 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024, 'x');
const PODS = '/api/v1/namespaces/default/pods';

describe.skipIf(!nodeIsRunnable('SPDY under floods is'))('a SPDY connection to a pod', () => {
  const node = nodeFixture(24, { flags: ['--disable', 'dns'] });
  let api: RawApi;
  /** What a pod of the host's network could be listening with: its connections are the test's to read. */
  const served: Socket[] = [];
  const server = createServer({ pauseOnConnect: true }, socket => {
    socket.on('error', () => socket.destroy());
    served.push(socket);
  });
  let port: string;
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    port = String((server.address() as AddressInfo).port);
    api = await RawApi.from(node.server.kubeconfig);
    await node.kubectl.apply(pod('sh', shell('sleep 1000')), pod('host', shell('sleep 1000'), { hostNetwork: true }));
    await node.untilReady('sh', 'host');
  });
  afterAll(() => {
    api?.close();
    for (const socket of served) socket.destroy();
    server.close();
  });

  const openFiles = async (): Promise<number> => (await readdir(`/proc/${node.server.pid}/fd`)).length;
  const residentBytes = async (): Promise<number> => {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${node.server.pid}/status`, 'utf8')) ?? [];
    return Number(kib) * 1024;
  };
  const growth = async (before: number): Promise<number> => {
    let most = 0;
    for (let look = 0; look < 15; look++) {
      await new Promise(resume => setTimeout(resume, 100));
      most = Math.max(most, await residentBytes());
    }
    return most - before;
  };
  const forward = async (): Promise<SpdyClient> =>
    new SpdyClient(await api.upgrade(`${PODS}/host/portforward`, 'portforward.k8s.io'));
  const exec = async (script: string): Promise<{ readonly client: SpdyClient; readonly output: ClientStream }> => {
    const query = new URLSearchParams({ stdin: 'true', stdout: 'true' });
    for (const word of ['sh', '-c', script]) query.append('command', word);
    const client = new SpdyClient(await api.upgrade(`${PODS}/sh/exec?${query.toString()}`, 'v4.channel.k8s.io'));
    for (const streamtype of ['error', 'stdin']) client.open({ streamtype });
    return { client, output: client.open({ streamtype: 'stdout' }) };
  };
  /** One forwarded connection, and the pod's end of it. */
  const connection = async (client: SpdyClient): Promise<{ readonly data: ClientStream; readonly peer: Socket }> => {
    const requestid = String(client.streams.length);
    client.open({ streamtype: 'error', port, requestid }, true);
    const known = served.length;
    const data = client.open({ streamtype: 'data', port, requestid });
    const [peer] = await eventually(
      async () => served.slice(known),
      found => expect(found).toHaveLength(1),
    );
    if (peer === undefined) throw new Error('nobody came');
    return { data, peer };
  };

  it('holds back what the pod does not read, and other connections go on', async () => {
    const deaf = await forward();
    const { data, peer } = await connection(deaf);
    const before = await residentBytes();
    for (let sent = 0; sent < 200 * MIB; sent += CHUNK.length) deaf.send(data, CHUNK);
    expect(await growth(before)).toBeLessThan(48 * MIB);
    expect(deaf.transport.writableLength).toBeGreaterThan(100 * MIB);
    const other = await connection(await forward());
    other.peer.pipe(other.peer);
    other.peer.write('heard');
    await eventually(
      async () => other.data.text,
      text => expect(text).toBe('heard'),
    );
    const closed = closeOf(peer);
    deaf.transport.destroy();
    peer.resume();
    await closed;
  });

  it.each(['port-forward', 'exec'])('of %s holds back what the client does not read', async kind => {
    const before = await residentBytes();
    let client: SpdyClient;
    let gone: Promise<unknown>;
    if (kind === 'exec') {
      const { client: opened, output } = await exec('yes out of the flood');
      await eventually(
        async () => output.bytes,
        bytes => expect(bytes).toBeGreaterThan(0),
      );
      client = opened;
      client.transport.pause();
      gone = Promise.resolve();
    } else {
      client = await forward();
      const { peer } = await connection(client);
      client.transport.pause();
      peer.resume();
      for (let sent = 0; sent < 200 * MIB; sent += CHUNK.length) peer.write(CHUNK);
      gone = closeOf(peer);
    }
    expect(await growth(before)).toBeLessThan(48 * MIB);
    client.transport.destroy();
    await gone;
    await eventually(
      () => node.inPod('sh', 'ps -o args'),
      list => expect(list).not.toContain('yes out'),
    );
  });

  it('leaves nothing open of those who vanish, with all they had asked for', async () => {
    await node.inPod('sh', 'true');
    const before = await openFiles();
    const clients = await Promise.all(Array.from({ length: 20 }, forward));
    const many = clients[0];
    for (const client of clients) for (let i = 0; i < 5; i++) await connection(client);
    // Halves of pairs, and more streams than there may be.
    for (let i = 0; i < 1500; i++) many?.open({ streamtype: 'error', port, requestid: `half-${i}` });
    await eventually(
      async () => many?.streams.filter(({ state }) => state === 'reset').length ?? 0,
      refused => expect(refused).toBeGreaterThan(400),
    );
    const held = await Promise.all(Array.from({ length: 10 }, () => exec('echo up; exec sleep 4004')));
    for (const { output } of held) {
      await eventually(
        async () => output.text,
        text => expect(text).toBe('up\n'),
      );
    }
    for (const client of [...clients, ...held.map(each => each.client)]) client.transport.destroy();
    await eventually(openFiles, count => expect(count).toBeLessThanOrEqual(before));
    expect(await node.inPod('sh', 'ps -o args')).not.toContain('sleep 4004');
  });

  it('ends at what is no frame, and the others go on', async () => {
    const beside = await connection(await forward());
    for (const bytes of [Buffer.alloc(100_000, 0xff), synStream(1, Buffer.from('no headers')), Buffer.alloc(8)]) {
      const client = await forward();
      client.raw(bytes);
      await client.closed;
      expect(client.goneAway).toBe(true);
    }
    beside.peer.end('still');
    await eventually(
      async () => beside.data,
      data => expect(data).toMatchObject({ text: 'still', state: 'ended' }),
    );
  });

  it('is refused to who speaks no protocol of its', async () => {
    await expect(api.upgrade(`${PODS}/host/portforward`, 'v4.channel.k8s.io')).rejects.toThrow('not upgraded: 403');
    await expect(api.upgrade(`${PODS}/none/portforward`, 'portforward.k8s.io')).rejects.toThrow('not upgraded: 404');
  });
});

/** However it comes about. */
const closeOf = (socket: Socket): Promise<void> => new Promise(resolve => void socket.once('close', () => resolve()));
