import type { RequestInfo } from '../../apiserver/contract.ts';
import { FlowCounts } from '../flow-counts.ts';
import type { Ticket } from '../ticket.ts';
import { ONE_SEAT, type WorkEstimate } from '../work-estimate.ts';

export const getPods: RequestInfo = {
  verb: 'get',
  path: '/api/v1/namespaces/n/pods/p',
  isResourceRequest: true,
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
  namespace: 'n',
  name: 'p',
};

/** A request that uses the queues of `hand`. */
export function testTicket(hand: readonly number[], work: WorkEstimate = ONE_SEAT, started?: () => void): Ticket {
  return {
    schemaName: 'schema',
    distinguisher: 'flow',
    hand,
    user: { name: 'u', groups: [] },
    info: getPods,
    counts: new FlowCounts('level', 'schema'),
    arrivedMs: 0,
    work,
    seats: Math.max(work.initialSeats, work.finalSeats),
    arrivedAt: 0,
    queue: undefined,
    state: 'new',
    startedMs: 0,
    started,
  };
}
