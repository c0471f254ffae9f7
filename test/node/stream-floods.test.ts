import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { ExecClient } from './exec-client.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { pod, shell } from './objects.ts';
import { RawApi } from './raw-api.ts';

const MIB = 1024 * 1024;

describe.skipIf(!nodeIsRunnable('streams under floods are'))('a stream to a container', () => {
  const node = nodeFixture(17, { flags: ['--disable', 'dns'] });
  let api: RawApi;
  beforeAll(async () => {
    api = await RawApi.from(node.server.kubeconfig);
    await node.kubectl.apply(
      pod('sh', shell('sleep 1000')),
      pod('deaf', shell('sleep 1000', { stdin: true })),
      pod('typed', shell('exec sh', { stdin: true, tty: true })),
    );
    await node.untilReady('sh', 'deaf', 'typed');
  });
  afterAll(() => api?.close());

  const openFiles = async (): Promise<number> => (await readdir(`/proc/${node.server.pid}/fd`)).length;
  const residentBytes = async (): Promise<number> => {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${node.server.pid}/status`, 'utf8')) ?? [];
    return Number(kib) * 1024;
  };
  const programs = (name = 'sh'): Promise<string> => node.inPod(name, 'ps -o args');
  const sees = (client: ExecClient, text: string | RegExp): Promise<string> =>
    eventually(
      async () => client.output,
      output => expect(output).toMatch(text),
    );

  it.each([
    ['exec', 'sh', 'exec sh'],
    ['attach', 'typed', ''],
  ] as const)('of %s takes the last of many sizes, and nothing else of the pod notices', async (verb, name, script) => {
    const beside = await ExecClient.open(api, name, 'read line; exit $line');
    const client = await ExecClient.open(api, name, script, { tty: true, verb });
    client.type('echo type\n');
    await sees(client, /\r\ntype\r\n/);
    for (let size = 1; size <= 30_000; size++) client.resize(`{"Width":${(size % 500) + 1},"Height":9}`);
    client.resize('{"Width":77,"Height":33}\n');
    client.type('stty size; echo over\n');
    await sees(client, /\r\n33 77\r\nover\r\n/);
    beside.type('5\n');
    expect((await beside.ended).status).toMatchObject({ details: { causes: [{ reason: 'ExitCode', message: '5' }] } });
    client.leave();
  });

  it('takes a size from nothing but what is one', async () => {
    const client = await ExecClient.open(api, 'sh', 'exec sh', { tty: true });
    client.resize('{"Width":80,"Height":24}');
    const digits = '9'.repeat(400);
    for (const text of [
      '',
      'null',
      '[]',
      '"x"',
      '{',
      '{"Width":1}',
      '{"Width":-5,"Height":-5}',
      '{"Width":99999,"Height":50}',
      '{"Width":70000,"Height":70000}',
      '{"Width":1.5,"Height":2.5}',
      '{"Width":0,"Height":0}',
      '{"Width":"10","Height":"10"}',
      'x"Width":11,"Height":11',
      `{"Width":${digits},"Height":${digits}}`,
      `{"Width":12,"Height":12,"more":"${'x'.repeat(MIB - 64)}"}`,
      '['.repeat(100_000),
    ]) {
      client.resize(text);
    }
    client.type('stty size; echo over\n');
    expect(await sees(client, /\r\nover\r\n/)).toContain('\r\n24 80\r\nover');
    client.leave();
  });

  it('passes over what is for no channel', async () => {
    const client = await ExecClient.open(api, 'sh', 'cat');
    for (const channel of [1, 2, 3, 5, 7, 99, 254]) client.send(channel, 'not for anybody');
    client.socket.send(Buffer.alloc(0));
    client.socket.send('text of no channel');
    client.send(255, '');
    client.send(255, Buffer.from([1]));
    client.type('heard\n');
    await sees(client, 'heard\n');
    expect(client.output).toBe('heard\n');
    client.send(255, Buffer.from([0]));
    client.type('after its end');
    expect((await client.ended).status).toMatchObject({ status: 'Success' });
  });

  const masked = (first: number, payload: Buffer): Buffer =>
    Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);

  it('puts a message in pieces together', async () => {
    const client = await ExecClient.open(api, 'sh', 'cat');
    client.raw(masked(0x02, Buffer.from('\0pie')));
    client.raw(masked(0x00, Buffer.from('ce by ')));
    client.raw(masked(0x80, Buffer.from('piece\n')));
    await sees(client, 'piece by piece\n');
    client.leave();
  });

  it.each([
    ['a frame without a mask', [1002], Buffer.from([0x82, 2, 0, 0x61])],
    ['a frame larger than a message may be', [1009], Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0])],
    ['a frame of more bytes than there are numbers', [1009], Buffer.from([0x82, 0xff, ...Buffer.alloc(12, 0xff)])],
    ['a piece of nothing', [1002], masked(0x80, Buffer.from('x'))],
    ['a message in very many pieces', [1008], manyPieces()],
    ['reserved bits', [1002], masked(0xf2, Buffer.from('\0x'))],
  ])('ends with its program at %s', async (_, codes, bytes) => {
    const mark = `1001${Math.trunc(Math.random() * 1e6)}`;
    const client = await ExecClient.open(api, 'sh', `echo up; exec sleep ${mark}`);
    await sees(client, 'up\n');
    client.raw(bytes);
    expect(codes).toContain((await client.ended).closeCode);
    await eventually(programs, list => expect(list).not.toContain(mark));
  });

  it.each([
    ['exec', 'sh'],
    ['attach', 'deaf'],
  ] as const)('of %s holds back the input of who does not read it', async (verb, name) => {
    const before = await residentBytes();
    const client = await ExecClient.open(api, name, 'echo up; exec sleep 2002', { verb });
    for (let sent = 0; sent < 96; sent++) client.send(0, Buffer.alloc(MIB - 1));
    let most = 0;
    for (let look = 0; look < 10; look++) {
      await new Promise(resume => setTimeout(resume, 100));
      most = Math.max(most, await residentBytes());
    }
    expect(client.socket.bufferedAmount).toBeGreaterThan(64 * MIB);
    expect(most - before).toBeLessThan(48 * MIB);
    client.leave();
    if (verb === 'exec') await eventually(programs, list => expect(list).not.toContain('sleep 2002'), 30_000);
  });

  it('holds back the output for who does not read it, and ends when they go', async () => {
    const client = await ExecClient.open(api, 'sh', 'yes out of the flood');
    await sees(client, 'out of the flood\n');
    client.socket.pause();
    const before = await residentBytes();
    let most = 0;
    for (let look = 0; look < 10; look++) {
      await new Promise(resume => setTimeout(resume, 100));
      most = Math.max(most, await residentBytes());
    }
    expect(most - before).toBeLessThan(32 * MIB);
    client.leave();
    await eventually(programs, list => expect(list).not.toContain('yes out'));
  });

  it('leaves nothing open for what goes on behind who left', async () => {
    await node.inPod('sh', 'true');
    const before = await openFiles();
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => ExecClient.open(api, 'sh', 'echo up; sleep 3003 & wait')),
    );
    for (const client of clients) await sees(client, 'up\n');
    for (const client of clients) client.leave();
    await eventually(openFiles, count => expect(count).toBeLessThanOrEqual(before));
  });

  it('hangs up the terminal of who left', async () => {
    const client = await ExecClient.open(
      api,
      'sh',
      'trap "echo > /tmp/hung-up; exit" HUP; echo up; while :; do sleep 0.1; done',
      { tty: true },
    );
    await sees(client, 'up');
    client.leave();
    await eventually(
      () => node.inPod('sh', 'ls /tmp'),
      list => expect(list).toContain('hung-up'),
    );
  });

  it('is one of a hundred at once', async () => {
    await node.inPod('sh', 'true');
    const before = await openFiles();
    const ends = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const client = await ExecClient.open(api, 'sh', 'read line; echo $line; exit $line');
        client.type(`${i + 1}\n`);
        return { ...(await client.ended), output: client.output };
      }),
    );
    expect(ends.map(({ output }) => output)).toEqual(ends.map((__, i) => `${i + 1}\n`));
    expect(ends.map(({ status }) => status.message)).toEqual(
      ends.map((__, i) => expect.stringMatching(new RegExp(` exit code ${i + 1}$`))),
    );
    await eventually(openFiles, count => expect(count).toBeLessThanOrEqual(before));
    expect((await programs()).split('\n').filter(line => line.includes('read line'))).toEqual([]);
  });
});

function manyPieces(): Buffer {
  const piece = Buffer.from([0x00, 0x81, 0, 0, 0, 0, 0x61]);
  return Buffer.concat([Buffer.from([0x02, 0x81, 0, 0, 0, 0, 0]), ...Array.from({ length: 20_000 }, () => piece)]);
}
