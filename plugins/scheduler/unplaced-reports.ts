import type { Client } from '../../src/api/client.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { timeOf } from '../../src/base/timestamp.ts';
import type { Clock } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { EventRecorder } from '../../src/sdk/events.ts';
import { Pod } from '../kinds/core/v1/pod.ts';

export interface ReportDeps {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Cause {
  readonly reason: 'Unschedulable' | 'SchedulerError';
  readonly message: string;
}

/** Tells users why a pod has no node, and where room is made for it. */
export class UnplacedReports {
  readonly #deps: ReportDeps;

  constructor(deps: ReportDeps) {
    this.#deps = deps;
  }

  /** An event each time, its status where it says something new. `nominated` as it is where not given, '' for none. */
  async unplaced(pod: Pod, message: string, nominated?: string): Promise<void> {
    await this.#tell(pod, { reason: 'Unschedulable', message }, nomination(pod, nominated));
  }

  /** Something else than the lack of a node keeps it from one; none is kept for it. */
  async failed(pod: Pod, message: string): Promise<void> {
    await this.#tell(pod, { reason: 'SchedulerError', message }, { nominatedNodeName: null });
  }

  /** It is to come to this node, and is not bound at once. */
  async nominated(pod: Pod, node: string): Promise<void> {
    await this.#write(pod, nomination(pod, node));
  }

  async #tell(pod: Pod, { reason, message }: Cause, nominated: object): Promise<void> {
    this.#deps.events.event(pod, 'Warning', 'FailedScheduling', shortened(message));
    const current = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
    const isSaid = current?.status === 'False' && current.reason === reason && current.message === message;
    const { generation } = pod.metadata;
    const isDated = current?.status === 'False' && (current.lastTransitionTime ?? null) !== null;
    const condition = {
      type: 'PodScheduled',
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      status: 'False',
      reason,
      message,
      lastTransitionTime: isDated ? current.lastTransitionTime : timeOf(this.#deps.clock.now()),
    };
    await this.#write(pod, { ...(isSaid ? {} : { conditions: [condition] }), ...nominated });
  }

  /** No room is made for it any more. */
  async unnominated(pod: Pod): Promise<void> {
    await this.#write(pod, { nominatedNodeName: null });
  }

  async #write(pod: Pod, status: object): Promise<void> {
    if (Object.keys(status).length === 0) return;
    const { name, namespace = '', uid } = pod.metadata;
    const body = { metadata: { uid }, status };
    try {
      await this.#deps.client.patch(Pod, { name, namespace }, { type: 'strategic', body }, { subresource: 'status' });
    } catch (error) {
      if (isStatusError(error, 'NotFound', 'Conflict')) return;
      this.#deps.log.warn('status of a waiting pod not written', { pod: `${namespace}/${name}`, error });
    }
  }
}

/** The longest note that an event takes. */
const EVENT_CHARS = 1024;
const CUT = ' ...';

const shortened = (message: string): string =>
  message.length <= EVENT_CHARS ? message : message.slice(0, EVENT_CHARS - CUT.length) + CUT;

const nomination = ({ status }: Pod, nominated: string | undefined): object =>
  nominated === undefined || nominated === (status.nominatedNodeName ?? '')
    ? {}
    : { nominatedNodeName: nominated === '' ? null : nominated };
