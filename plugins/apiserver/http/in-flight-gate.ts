import { SUPERUSERS } from '../../../src/api/user-info.ts';
import type { FlowControl, FlowRequest, Turn } from '../../flow-control/contract.ts';
import { isLongRunning } from '../contract.ts';
import { type ByKind, kindOf } from './kind-of.ts';

/**
 * What limits requests where no flow control does: so many are served at once, 0 for any number, and who is one too
 * many is told to come again. Administrators are always served.
 */
export class InFlightGate implements FlowControl {
  readonly #limits: ByKind;
  readonly #served = { readOnly: 0, mutating: 0 };

  constructor(limits: ByKind) {
    this.#limits = limits;
  }

  enter({ user, info }: Pick<FlowRequest, 'user' | 'info'>): Turn | undefined {
    if (isLongRunning(info)) return undefined;
    const kind = kindOf(info);
    const limit = this.#limits[kind];
    if (limit === 0) return undefined;
    if (this.#served[kind] >= limit) return user.groups.includes(SUPERUSERS) ? undefined : TURNED_AWAY;
    this.#served[kind] += 1;
    return { ...TURN, mayRun: true, over: () => void (this.#served[kind] -= 1) };
  }
}

const TURN = { retryAfterSeconds: () => 1, leaveSeat: () => undefined };
const TURNED_AWAY: Turn = { ...TURN, mayRun: false, over: () => undefined };
