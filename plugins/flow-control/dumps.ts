import type { Clock } from '../../src/base/world.ts';
import { formatGoDuration } from '../../src/base/go-duration.ts';
import type { NonResourceRoute } from '../apiserver/contract.ts';
import { columnText } from './column-text.ts';
import { DUMPED_QUEUES } from './limits.ts';
import type { PriorityLevel } from './priority-level.ts';
import type { PriorityLevels } from './priority-levels.ts';
import { workOf } from './queue.ts';
import type { Ticket } from './ticket.ts';

/** What upstream lets administrators see of levels, queues and requests, in its words. */
export function dumpRoutes(
  levels: PriorityLevels,
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
): readonly NonResourceRoute[] {
  const route = (name: string, body: NonResourceRoute['body']): NonResourceRoute => ({
    path: `/debug/api_priority_and_fairness/${name}`,
    contentType: 'text/plain; charset=utf-8',
    isUnlisted: true,
    body,
  });
  return [
    route('dump_priority_levels', () => dumpLevels(levels.all())),
    route('dump_queues', () => dumpQueues(levels.all())),
    route('dump_requests', query => {
      const wallMs = clock.now() - clock.monotonicMs();
      return dumpRequests(levels.all(), (query.get('includeRequestDetails') ?? '') !== '', wallMs);
    }),
  ];
}

export const dumpLevels = (levels: readonly PriorityLevel[]): string =>
  columnText([
    LEVEL_COLUMNS,
    ...levels.map(({ name, queues, isQuiescing }) => {
      const { dispatched, rejected, timedOut, cancelled } = queues.totals;
      const active = [...queues.busyQueues.values()].filter(({ waiting }) => waiting.size > 0).length;
      return [
        name,
        active,
        queues.isIdle,
        isQuiescing,
        queues.waiting,
        queues.executing.size,
        dispatched,
        rejected,
        timedOut,
        cancelled,
      ].map(String);
    }),
  ]);

const LEVEL_COLUMNS = [
  'PriorityLevelName',
  'ActiveQueues',
  'IsIdle',
  'IsQuiescing',
  'WaitingRequests',
  'ExecutingRequests',
  'DispatchedRequests',
  'RejectedRequests',
  'TimedoutRequests',
  'CancelledRequests',
];

export const dumpQueues = (levels: readonly PriorityLevel[]): string =>
  columnText([QUEUE_COLUMNS, ...levels.flatMap(queueRows)]);

const QUEUE_COLUMNS = [
  'PriorityLevelName',
  'Index',
  'PendingRequests',
  'ExecutingRequests',
  'SeatsInUse',
  'NextDispatchR',
  'InitialSeatsSum',
  'MaxSeatsSum',
  'TotalWorkSum',
];

function queueRows({ name, queues }: PriorityLevel): readonly (readonly string[])[] {
  const busy = queues.busyQueues;
  const shown = Array.from({ length: Math.min(queues.queueCount, DUMPED_QUEUES) }, (_, index) => index);
  const further = [...busy.keys()].filter(index => index >= shown.length).toSorted((a, b) => a - b);
  return [...shown, ...further].map(index => {
    const queue = busy.get(index);
    if (queue === undefined) return [name, String(index), '0', '0', '0', seatSeconds(0), '0', '0', seatSeconds(0)];
    const waiting = [...queue.waiting];
    const initialSeats = waiting.reduce((sum, { work }) => sum + work.initialSeats, 0);
    return [
      name,
      String(index),
      String(waiting.length),
      String(queue.executing),
      String(queue.seatsInUse),
      seatSeconds(queue.nextAt),
      String(initialSeats),
      String(queue.seatsWaiting),
      seatSeconds(waiting.reduce((sum, { work }) => sum + workOf(work), 0)),
    ];
  });
}

/** `wallMs`: wall time at the start of the clock that tickets go by. */
export const dumpRequests = (levels: readonly PriorityLevel[], withDetails: boolean, wallMs: number): string =>
  columnText([
    withDetails ? [...REQUEST_COLUMNS, ...DETAIL_COLUMNS] : REQUEST_COLUMNS,
    ...levels.flatMap(({ name, queues }) => [
      ...[...queues.busyQueues.values()].flatMap(({ index, waiting }) =>
        [...waiting].map((ticket, place) => requestRow(name, ticket, index, place, wallMs, withDetails)),
      ),
      ...[...queues.executing].map(ticket =>
        requestRow(name, ticket, ticket.queue?.index ?? -1, -1, wallMs, withDetails),
      ),
    ]),
  ]);

const REQUEST_COLUMNS = [
  'PriorityLevelName',
  'FlowSchemaName',
  'QueueIndex',
  'RequestIndexInQueue',
  'FlowDistingsher',
  'ArriveTime',
  'InitialSeats',
  'FinalSeats',
  'AdditionalLatency',
  'StartTime',
];
const DETAIL_COLUMNS = ['UserName', 'Verb', 'APIPath', 'Namespace', 'Name', 'APIVersion', 'Resource', 'SubResource'];

function requestRow(
  levelName: string,
  { schemaName, distinguisher, arrivedMs, startedMs, state, work, user, info }: Ticket,
  queue: number,
  place: number,
  wallMs: number,
  withDetails: boolean,
): readonly string[] {
  const row = [
    levelName,
    schemaName,
    String(queue),
    String(place),
    distinguisher,
    time(arrivedMs + wallMs),
    String(work.initialSeats),
    String(work.finalSeats),
    formatGoDuration(Math.round(work.extraMs * 1e6)),
    state === 'waiting' ? GO_ZERO_TIME : time(startedMs + wallMs),
  ];
  if (!withDetails) return row;
  const { verb, path, namespace, name, group, version, resource, subresource } = info;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return [...row, user.name, verb, path, namespace, name, apiVersion, resource, subresource];
}

const GO_ZERO_TIME = '0001-01-01T00:00:00Z';

/** RFC 3339 with as many digits of a second as it has. */
const time = (ms: number): string => new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');

/** As upstream prints seat-seconds, in hundred-millionths. */
export function seatSeconds(seatMs: number): string {
  const scaled = Math.round(seatMs * 1e5);
  return `${Math.floor(scaled / 1e8)}.${String(scaled % 1e8).padStart(8, '0')}ss`;
}
