import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { must } from '../../src/base/must.ts';
import { rawConnection } from '../apiserver/testing/raw-client.ts';
import { flowServer, queuedLevel, scantCatchAll, schemaOfAll, type FlowServer } from './testing/flow-server.ts';

// A machine may be busy with much else.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TIGHT = { levels: [queuedLevel('tight', 1), scantCatchAll], schemas: [schemaOfAll('tight')] };
const MAPS = '/api/v1/namespaces/default/configmaps';

let flow: FlowServer;
beforeEach(async () => {
  flow = await flowServer(1, TIGHT);
});
afterEach(() => flow[Symbol.asyncDispose]());

const hold = (by: string, token = `token-${by}`, query = '') => flow.server.call(`/hold?by=${by}${query}`, { token });
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 30_000, interval: 5 });
const waiting = (): number => flow.gate.levels.get('tight')?.queues.waiting ?? 0;
const untilServed = (count: number): Promise<void> => until(() => expect(flow.served).toHaveLength(count));
const untilWaiting = (count: number): Promise<void> => until(() => expect(waiting()).toBe(count));

describe('a flood by one user', () => {
  it('does not hold up another of the same level', async () => {
    const flood = [hold('flood')];
    await untilServed(1);
    for (let count = 0; count < 20; count++) flood.push(hold('flood'));
    await untilWaiting(20);
    // Its queue is another one, which is by chance: one in 64 users has the flood's.
    const calm = hold('a');
    await untilWaiting(21);
    flow.letGo();
    await untilServed(2);
    expect(flow.served).toEqual(['flood', 'a']);
    for (let left = 21; left > 0; left--) {
      flow.letGo();
      if (left > 1) await untilServed(23 - left + 1);
    }
    expect((await Promise.all([...flood, calm])).every(({ status }) => status === 200)).toBe(true);
  });

  it('holds up neither administrators nor who is told of health, nor who has another level', async () => {
    const first = hold('flood');
    await untilServed(1);
    expect((await flow.server.call(MAPS)).status).toBe(200);
    expect((await flow.server.call('/version', { token: 'stray-s' })).status).toBe(200);
    flow.letGo();
    await first;
  });
});

describe('who is one too many', () => {
  it('is told to come again, in plain text', async () => {
    const first = hold('one', 'stray-one');
    await untilServed(1);
    const refused = await flow.server.call('/version', { token: 'stray-two' });
    expect(refused).toMatchObject({
      status: 429,
      text: 'Too many requests, please try again later.\n',
      headers: {
        'retry-after': '1',
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'x-kubernetes-pf-flowschema-uid': '',
        'x-kubernetes-pf-prioritylevel-uid': 'level-catch-all',
      },
    });
    flow.letGo();
    await first;
    expect((await flow.server.call('/version', { token: 'stray-two' })).status).toBe(200);
  });

  it('waits no longer than a quarter of its time', async () => {
    const first = hold('a');
    await untilServed(1);
    expect((await hold('b', undefined, '&timeout=80ms')).status).toBe(429);
    expect(flow.gate.levels.get('tight')?.queues.totals).toMatchObject({ timedOut: 1, cancelled: 0 });
    flow.letGo();
    await first;
    expect(flow.served).toEqual(['a']);
  });

  it('does so at once where its queue is full', async () => {
    flow.gate.configure({ ...TIGHT, levels: [queuedLevel('tight', 1, 1), scantCatchAll] });
    const [first, second] = [hold('a'), untilServed(1).then(() => hold('a'))];
    await untilWaiting(1);
    expect((await hold('a')).status).toBe(429);
    flow.letGo();
    await untilServed(2);
    flow.letGo();
    expect((await first).status).toBe(200);
    expect((await second).status).toBe(200);
  });

  it('and leaves, leaves its place to others', async () => {
    const first = hold('a');
    await untilServed(1);
    using gone = await rawConnection(flow.server);
    gone.send('GET /hold?by=gone HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer token-gone\r\n\r\n');
    await untilWaiting(1);
    gone.socket.destroy();
    await untilWaiting(0);
    flow.letGo();
    await first;
    expect(flow.gate.levels.get('tight')?.queues.totals).toMatchObject({ cancelled: 1, timedOut: 0 });
    expect(flow.served).toEqual(['a']);
  });
});

describe('a seat', () => {
  it('is taken by who sends a body and does not end it, until it is let go; other levels go on', async () => {
    using slow = await rawConnection(flow.server);
    const head = `POST ${MAPS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer token-slow\r\n`;
    slow.send(`${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`);
    await until(() => expect(flow.gate.levels.get('tight')?.queues.seatsInUse).toBe(1));
    const other = hold('a');
    await untilWaiting(1);
    const body = { metadata: { name: 'of-admin' } };
    expect((await flow.server.call(MAPS, { method: 'POST', body })).status).toBe(201);
    slow[Symbol.dispose]();
    await untilServed(1);
    flow.letGo();
    expect((await other).status).toBe(200);
  });

  it('is a watch’s only while it begins', async () => {
    using watch = await rawConnection(flow.server);
    watch.send(`GET ${MAPS}?watch=1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer token-w\r\n\r\n`);
    await until(() => expect(watch.received.toString()).toContain('200 OK'));
    expect((await flow.server.call(MAPS, { token: 'token-u' })).status).toBe(200);
    expect(watch.received.toString().toLowerCase()).toContain('x-kubernetes-pf-flowschema-uid: schema-all');
    expect(watch.socket.destroyed).toBe(false);
  });

  it('is given back by who is refused, whatever for', async () => {
    const forbidden = await flow.server.call('/forbidden', { token: 'token-u' });
    expect(forbidden).toMatchObject({
      status: 403,
      headers: {
        'x-kubernetes-pf-flowschema-uid': 'schema-all',
        'x-kubernetes-pf-prioritylevel-uid': 'level-tight',
      },
    });
    for (const [path, status] of [
      [`${MAPS}/none`, 404],
      ['/nowhere', 404],
      [`${MAPS}?limit=x`, 400],
    ] as const) {
      expect((await flow.server.call(path, { token: 'token-u' })).status).toBe(status);
    }
    expect(flow.gate.levels.get('tight')?.queues.isIdle).toBe(true);
  });
});

describe('a changed configuration', () => {
  it('counts for who waits already', async () => {
    const all = [hold('a'), hold('b'), hold('c')];
    await untilServed(1);
    await untilWaiting(2);
    const wider = queuedLevel('tight', 1);
    const { limited } = wider.spec;
    flow.gate.configure({
      ...TIGHT,
      levels: [
        {
          ...wider,
          spec: { ...wider.spec, limited: { ...must(limited, 'it is limited'), borrowingLimitPercent: 200 } },
        },
        scantCatchAll,
        queuedLevel('idle', 0),
      ],
    });
    // It may borrow now, but nobody has anything to lend.
    expect(waiting()).toBe(2);
    flow.gate.configure({ levels: [scantCatchAll], schemas: [] });
    expect(flow.gate.levels.get('tight')?.isQuiescing).toBe(true);
    for (let served = 1; served <= 3; served++) {
      await untilServed(served);
      flow.letGo();
    }
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual([200, 200, 200]);
    // Nobody comes to it any more, and the last who was there has left.
    await until(() => expect(flow.gate.levels.get('tight')).toBeUndefined());
  });
});

describe('what administrators may see', () => {
  const dump = async (name: string): Promise<readonly string[]> =>
    (await flow.server.call(`/debug/api_priority_and_fairness/${name}`)).text.split('\n');

  it('are levels, queues and requests, as upstream sets them', async () => {
    const first = hold('a');
    await untilServed(1);
    const second = hold('b');
    await untilWaiting(1);
    const levels = await dump('dump_priority_levels');
    expect(levels).toEqual([
      'PriorityLevelName, ActiveQueues, IsIdle, IsQuiescing, WaitingRequests, ExecutingRequests, DispatchedRequests, RejectedRequests, TimedoutRequests, CancelledRequests',
      'catch-all,         0,            true,   false,       0,               0,                 0,                  0,                0,                0',
      'exempt,            0,            false,  false,       0,               1,                 1,                  0,                0,                0',
      'tight,             1,            false,  false,       1,               1,                 1,                  0,                0,                0',
      '',
    ]);
    const queues = await dump('dump_queues');
    expect(queues).toHaveLength(1 + 64 + 1);
    expect(queues.filter(row => /^tight, +\d+, +[01], +1, +1, /.test(row))).toHaveLength(1);
    expect(queues.filter(row => row.endsWith(' 0.00300000ss'))).toHaveLength(1);
    const requests = await dump('dump_requests?includeRequestDetails=1');
    const [header = '', ...rows] = requests
      .filter(row => !row.startsWith('exempt'))
      .map(row => row.replaceAll(/, +/g, ','));
    expect(header).toBe(
      'PriorityLevelName,FlowSchemaName,QueueIndex,RequestIndexInQueue,FlowDistingsher,ArriveTime,InitialSeats,FinalSeats,AdditionalLatency,StartTime,UserName,Verb,APIPath,Namespace,Name,APIVersion,Resource,SubResource',
    );
    expect(rows[0]).toMatch(/^tight,all,\d+,0,b,20[\d-]+T[\d:.]+Z,1,0,0s,0001-01-01T00:00:00Z,b,get,\/hold,,,,,$/);
    expect(rows[1]).toMatch(/^tight,all,\d+,-1,a,20[\d-]+T[\d:.]+Z,1,0,0s,20[\d-]+T[\d:.]+Z,a,get,\/hold,,,,,$/);
    flow.letGo();
    await untilServed(2);
    flow.letGo();
    await Promise.all([first, second]);
  });

  it('are metrics, and `/` names no dumps', async () => {
    await flow.server.call('/version', { token: 'token-u' });
    const { text } = await flow.server.call('/metrics');
    for (const line of [
      'apiserver_flowcontrol_nominal_limit_seats{priority_level="tight"} 1',
      'apiserver_flowcontrol_current_limit_seats{priority_level="tight"} 1',
      'apiserver_flowcontrol_dispatched_requests_total{priority_level="tight",flow_schema="all"} 1',
      'apiserver_flowcontrol_current_executing_requests{priority_level="exempt",flow_schema="exempt"} 1',
      'apiserver_flowcontrol_request_wait_duration_seconds_count{priority_level="tight",flow_schema="all",execute="true"} 1',
      'apiserver_flowcontrol_work_estimated_seats_bucket{priority_level="tight",flow_schema="all",le="1"} 1',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect((await flow.server.call('/')).text).not.toContain('debug');
  });
});
