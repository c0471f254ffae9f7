import { describe, expect, it } from 'vitest';
import { readPath } from '../apiserver/http/read-path.ts';
import { memoryRecord } from './testing/memory-record.ts';

/** A request that is received at 0, on record by a clock that a test sets. */
function opened(method: string, path: string, userAgent = 'test') {
  const clock = { ms: 0, now: () => clock.ms };
  const record = memoryRecord([{}], clock);
  const trail = record.auditor.open({
    auditId: 'id',
    info: readPath(method, path).info,
    user: { name: 'jane', groups: [] },
    receivedMs: 0,
    origin: () => ({ requestUri: path, userAgent, sourceIps: [] }),
  });
  if (trail === undefined) throw new Error('there is no trail');
  return { clock, record, trail };
}

const MAPS = '/api/v1/namespaces/n/configmaps';

describe('a trail', () => {
  it('of a slow request says what took so long; of a watch it does not', async () => {
    const { clock, record, trail } = opened('GET', MAPS);
    clock.ms = 501;
    trail.spent('mutating-webhook', 200);
    trail.spent('mutating-webhook', 100.5);
    await trail.completed(200);
    expect(record.events[0]?.annotations).toEqual({
      'apiserver.latency.k8s.io/mutating-webhook': '300.5ms',
      'apiserver.latency.k8s.io/total': '501ms',
    });
    const watch = opened('GET', `${MAPS}?watch=1`);
    watch.clock.ms = 10_000;
    await watch.trail.completed(200);
    expect(watch.record.events.map(({ stage, annotations }) => [stage, annotations])).toEqual([
      ['ResponseStarted', undefined],
      ['ResponseComplete', undefined],
    ]);
  });

  it('ends once', async () => {
    const { record, trail } = opened('GET', MAPS);
    await trail.panicked('boom');
    await trail.completed(500);
    expect(record.events).toMatchObject([
      { stage: 'Panic', responseStatus: { code: 500, reason: 'InternalError', message: "APIServer panic'd: boom" } },
    ]);
  });

  it('keeps what was said first, and keys that have a prefix', async () => {
    const { record, trail } = opened('GET', MAPS);
    trail.annotate('a.b/c', 'first');
    trail.annotate('a.b/c', 'second');
    trail.annotate('bare', 'x');
    trail.annotate('a.b/no key', 'x');
    await trail.completed(200);
    expect(record.events[0]?.annotations).toEqual({ 'a.b/c': 'first' });
  });

  it('takes a name from the object where the path has none', async () => {
    const { record, trail } = opened('POST', MAPS);
    trail.names({ name: 'a', namespace: 'other', uid: 'u', resourceVersion: '5' });
    await trail.completed(201);
    expect(record.events[0]?.objectRef).toEqual({
      resource: 'configmaps',
      namespace: 'n',
      name: 'a',
      uid: 'u',
      apiVersion: 'v1',
      resourceVersion: '5',
    });
  });

  it('cuts short what a client calls itself', async () => {
    const { record, trail } = opened('GET', '/version', 'x'.repeat(2000));
    await trail.completed(200);
    expect(record.events[0]?.['userAgent']).toBe(`${'x'.repeat(1024)}...TRUNCATED`);
  });
});
