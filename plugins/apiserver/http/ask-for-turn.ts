import { goDurationMs } from '../../../src/base/go-duration.ts';
import type { FlowControl, Turn } from '../../flow-control/contract.ts';
import type { RequestHead } from './http-request.ts';
import type { Reply } from './exchange.ts';

/** What a request may wait for its turn: a quarter of its time; upstream's queues do likewise. */
const QUEUED_PART = 4;

/** Asks for a turn and tells the client by what it was classified. */
export function askForTurn(
  flow: FlowControl,
  { user, info, query, signal }: RequestHead,
  reply: Pick<Reply, 'setHeader'>,
  requestMs: number,
): Turn | undefined {
  const waitMs = (): number => {
    const asked = info.verb === 'watch' ? undefined : goDurationMs(query.get('timeout') ?? '');
    return Math.min(asked === undefined || asked <= 0 ? requestMs : asked, requestMs) / QUEUED_PART;
  };
  const turn = flow.enter({ user, info, query, waitMs, signal });
  const { flowSchemaUid, priorityLevelUid } = turn ?? {};
  if (flowSchemaUid !== undefined) reply.setHeader('x-kubernetes-pf-flowschema-uid', flowSchemaUid);
  if (priorityLevelUid !== undefined) reply.setHeader('x-kubernetes-pf-prioritylevel-uid', priorityLevelUid);
  return turn;
}
