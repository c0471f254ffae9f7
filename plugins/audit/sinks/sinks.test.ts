import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { AuditCounts } from '../audit-counts.ts';
import { BufferedSink } from './buffered-sink.ts';
import { encodeEvent, eventText } from '../event.ts';
import type { LogOutput } from './log-output.ts';
import { LogSink } from './log-sink.ts';
import { PlainOutput } from './plain-output.ts';
import { eventOf } from '../testing/event-of.ts';
import { HeldSink } from '../testing/held-sink.ts';
import { TokenBucket } from './token-bucket.ts';
import { cut } from './truncating-sink.ts';

const counts = () => new AuditCounts(silentLogger);
const lostBy = (counted: AuditCounts): object =>
  Object.fromEntries(
    (counted.metrics().find(({ name }) => name === 'apiserver_audit_error_total')?.samples ?? []).map(
      ({ labels, value }) => [labels['plugin'], value],
    ),
  );

describe('events', () => {
  it('are one object each, objects of requests and answers within them as they were sent', () => {
    const parts = [Buffer.from('{"kind":"A",'), Buffer.from('"b":1}')];
    const event = eventOf({
      responseObject: parts,
      annotations: new Map([
        ['b/x', '2'],
        ['a/x', '1'],
      ]),
    });
    expect(JSON.parse(Buffer.concat(encodeEvent(event)).toString())).toEqual({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'RequestResponse',
      auditID: 'id',
      stage: 'ResponseComplete',
      requestURI: '/api/v1/namespaces/n/configmaps/c',
      verb: 'get',
      user: { username: 'jane', groups: ['dev'] },
      sourceIPs: ['10.0.0.1'],
      userAgent: 'test',
      objectRef: { resource: 'configmaps', namespace: 'n', name: 'c', apiVersion: 'v1' },
      responseStatus: { metadata: {}, code: 200 },
      responseObject: { kind: 'A', b: 1 },
      requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
      stageTimestamp: '2026-01-01T00:00:00.001000Z',
      annotations: { 'a/x': '1', 'b/x': '2' },
    });
  });

  it('are a line of words in the old format', () => {
    expect(eventText(eventOf())).toBe(
      '2026-01-01T00:00:00.000000Z AUDIT: id="id" stage="ResponseComplete" ip="10.0.0.1" method="get" user="jane" groups="\\"dev\\"" as="<self>" asgroups="<lookup>" user-agent="test" namespace="n" uri="/api/v1/namespaces/n/configmaps/c" response="200"',
    );
  });
});

describe('a log', () => {
  it('loses the line that cannot be written, counts it, and goes on with the next', async () => {
    const lines: string[] = [];
    const output: LogOutput = {
      async append(given) {
        const fitting = given.findIndex(parts => Buffer.concat(parts).includes('"auditID":"bad"'));
        const written = fitting === -1 ? given.length : fitting;
        lines.push(...given.slice(0, written).map(parts => Buffer.concat(parts).toString()));
        return fitting === -1 ? { written } : { written, error: new Error('full') };
      },
      close: async () => undefined,
    };
    const counted = counts();
    const sink = new LogSink(output, 'json', counted);
    const outcomes = await Promise.all(['a', 'bad', 'b'].map(auditID => sink.process([eventOf({ auditID })])));
    expect(outcomes).toEqual([true, false, true]);
    expect(lines.map(text => (JSON.parse(text) as { readonly auditID: string }).auditID)).toEqual(['a', 'b']);
    expect(lines.every(text => text.endsWith('\n'))).toBe(true);
    expect(lostBy(counted)).toEqual({ log: 1 });
  });

  it('begins a line of its own after one that was cut off', async () => {
    let room = 3;
    const written: Buffer[] = [];
    const file = {
      writev: async (buffers: readonly Uint8Array[]) => {
        if (room === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        const all = Buffer.concat(buffers).subarray(0, room);
        room -= all.length;
        written.push(all);
        return { bytesWritten: all.length };
      },
    };
    const output = new PlainOutput(file);
    expect(await output.append([[Buffer.from('12345\n')]])).toMatchObject({ written: 0, error: { code: 'ENOSPC' } });
    room = 100;
    expect(await output.append([[Buffer.from('67\n')], [Buffer.from('8\n')]])).toMatchObject({ written: 2 });
    expect(Buffer.concat(written).toString()).toBe('123\n67\n8\n');
  });
});

describe('batches', () => {
  const batching = { bufferSize: 3, maxBatchSize: 2, maxWaitMs: 1000, atOnce: 1 };

  it('are sent when they are full or were waited for; what does not fit meanwhile is lost', async () => {
    const [world, held, counted] = [manualWorld(), new HeldSink(), counts()];
    const sink = new BufferedSink(world, held, batching, undefined, counted);
    await sink.process([eventOf({ auditID: '1' })]);
    await world.advance(999);
    expect(held.batches).toEqual([]);
    await world.advance(1);
    expect(held.batches.map(batch => batch.length)).toEqual([1]);
    expect(await sink.process(['2', '3', '4', '5'].map(auditID => eventOf({ auditID })))).toBe(true);
    expect(lostBy(counted)).toEqual({ buffered: 1 });
    await setImmediate();
    expect(held.batches.length).toBe(1);
    held.letGo();
    await setImmediate();
    expect(held.batches.map(batch => batch.map(({ auditID }) => auditID))).toEqual([['1'], ['2', '3']]);
  });

  it('hold so many bytes at most', async () => {
    const [world, held, counted] = [manualWorld(), new HeldSink(), counts()];
    const sink = new BufferedSink(
      world,
      held,
      { ...batching, bufferSize: 1000, maxBatchSize: 1000 },
      undefined,
      counted,
    );
    const large = eventOf({ responseObject: [Buffer.alloc(40 * 1024 * 1024)] });
    await sink.process([large, large]);
    expect(lostBy(counted)).toEqual({ buffered: 1 });
  });

  it('are all sent before the end, and nothing comes after it', async () => {
    const [world, held, counted] = [manualWorld(), new HeldSink(), counts()];
    const sink = new BufferedSink(world, held, batching, undefined, counted);
    await sink.process([eventOf(), eventOf(), eventOf()]);
    const closed = sink.close();
    for (let times = 0; times < 3; times++) {
      await setImmediate();
      held.letGo();
    }
    await closed;
    expect(held.batches.map(batch => batch.length)).toEqual([2, 1]);
    expect(held.isClosed).toBe(true);
    await sink.process([eventOf()]);
    expect(lostBy(counted)).toEqual({ buffered: 1 });
  });

  it('go no faster than they may', async () => {
    const [world, held] = [manualWorld(), new HeldSink()];
    const bucket = new TokenBucket(world, { qps: 2, burst: 1 });
    const sink = new BufferedSink(world, held, { ...batching, maxBatchSize: 1, atOnce: 9 }, bucket, counts());
    await sink.process([eventOf(), eventOf(), eventOf()]);
    await world.advance(0);
    expect(held.batches.length).toBe(1);
    await world.advance(500);
    expect(held.batches.length).toBe(2);
    await world.advance(499);
    expect(held.batches.length).toBe(2);
    await world.advance(1);
    expect(held.batches.length).toBe(3);
  });
});

describe('events that are too large', () => {
  it('lose their objects, and are lost where that is not enough', () => {
    const large = [Buffer.alloc(2000, '1')];
    const small = eventOf({ auditID: 'small' });
    const whole = eventOf({ auditID: 'whole', responseObject: large });
    const bare = eventOf({ auditID: 'bare', level: 'Metadata', requestURI: `/${'x'.repeat(2000)}` });
    const { batches, tooLarge } = cut([small, whole, bare], { maxEventBytes: 1000, maxBatchBytes: 1000 });
    expect(batches.map(batch => batch.map(({ auditID }) => auditID))).toEqual([['small'], ['whole']]);
    expect(batches[1]?.[0]?.responseObject).toBeUndefined();
    expect(batches[1]?.[0]?.annotations.get('audit.k8s.io/truncated')).toBe('true');
    expect(tooLarge.map(({ auditID }) => auditID)).toEqual(['bare']);
  });
});
