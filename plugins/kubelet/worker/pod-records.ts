import type { FilesNative } from '../../../native/files.ts';
import { removeTrees } from '../../../native/remove-trees.ts';
import type { Files } from '../../../src/base/world.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import type { Container, Runtime, Sandbox } from '../../runtime/contract.ts';
import { containerRecord, DEFAULT_STOP_SIGNAL } from '../container/container-labels.ts';
import { logFiles } from '../logs/log-files.ts';
import type { ContainerRecord } from '../plan/container-record.ts';
import type { ContainerSpec, ContainerStatus, Pod } from '../pod.ts';
import { messagePath, type NodePaths } from './pod-paths.ts';
import { terminationMessage } from './termination-message.ts';

export interface KnownPod {
  /** The sandbox that is up, if one is. */
  readonly sandbox: Sandbox | undefined;
  readonly sandboxes: readonly Sandbox[];
  /** Every attempt that is remembered, newest first. */
  readonly attempts: ReadonlyMap<string, readonly ContainerRecord[]>;
}

interface RecordDeps {
  readonly runtime: Pick<Runtime, 'list' | 'removeContainer'>;
  readonly files: Files;
  readonly native: FilesNative;
  readonly paths: NodePaths;
}

/** What is remembered of a pod's containers: the runtime's word first, then ours, then the API's. */
export class PodRecords {
  readonly #deps: RecordDeps;
  readonly #uid: string;
  readonly #kept = new Map<string, ContainerRecord>();
  readonly #messages = new Map<string, string>();

  constructor(deps: RecordDeps, uid: string) {
    this.#deps = deps;
    this.#uid = uid;
  }

  /** For attempts that the runtime does not know, or soon will not. */
  keep(record: ContainerRecord): void {
    this.#kept.set(`${record.name}/${record.attempt}`, { ...record, inSandbox: record.inSandbox && record.id === '' });
  }

  async read(pod: Pod): Promise<KnownPod> {
    const sandboxes = this.#deps.runtime.list().filter(({ config }) => config.podUid === this.#uid);
    const sandbox = sandboxes
      .filter(({ state }) => state === 'ready')
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs)[0];
    const byKey = new Map(this.#kept);
    for (const each of sandboxes) {
      for (const container of each.containers) {
        const message = await this.#messageOf(pod, container);
        byKey.set(`${container.name}/${container.attempt}`, containerRecord(container, each === sandbox, message));
      }
    }
    const attempts = new Map<string, ContainerRecord[]>();
    for (const record of byKey.values()) attempts.set(record.name, [...(attempts.get(record.name) ?? []), record]);
    for (const status of statusesOf(pod)) {
      const known = attempts.get(status.name) ?? [];
      const told = recordsOfStatus(status).filter(({ attempt }) => !known.some(each => each.attempt === attempt));
      attempts.set(status.name, [...known, ...told]);
    }
    for (const records of attempts.values()) records.sort((a, b) => b.attempt - a.attempt);
    return { sandbox, sandboxes, attempts };
  }

  /** Lets go of attempts before the last but one, with all their files. */
  async prune({ attempts }: KnownPod, logOf: (record: ContainerRecord) => string): Promise<void> {
    for (const records of attempts.values()) {
      for (const old of records.slice(2)) {
        if (old.state !== 'exited') continue;
        if (old.id !== '') await this.#deps.runtime.removeContainer(old.id);
        this.#kept.delete(`${old.name}/${old.attempt}`);
        this.#messages.delete(old.id);
        const logs = await logFiles(this.#deps.files, logOf(old));
        await removeTrees(this.#deps.native, [
          messagePath(this.#deps.paths, this.#uid, old.name, old.attempt),
          ...logs,
        ]);
      }
    }
  }

  async #messageOf(pod: Pod, container: Container): Promise<string> {
    if (container.exit === null) return '';
    const known = this.#messages.get(container.id);
    if (known !== undefined) return known;
    const spec = containersOf(pod).find(({ name }) => name === container.name);
    const path = messagePath(this.#deps.paths, this.#uid, container.name, container.attempt);
    const { exitCode } = container.exit;
    const message = await terminationMessage(this.#deps, spec, exitCode, path, container.logPath);
    this.#messages.set(container.id, message);
    return message;
  }
}

/** All containers of a pod, of whatever role. */
export const containersOf = ({ spec }: Pick<Pod, 'spec'>): readonly ContainerSpec[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
  ...(spec.ephemeralContainers ?? []),
];

export const statusesOf = ({ status }: Pick<Pod, 'status'>): readonly ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
  ...(status?.ephemeralContainerStatuses ?? []),
];

/**
 * What the API remembers, newest first: a machine that was switched off forgot its containers, and a daemon that
 * was killed the attempt before the last.
 */
function recordsOfStatus(status: ContainerStatus): ContainerRecord[] {
  const { state, lastState, restartCount: attempt } = status;
  const id = idOf(status.containerID);
  if (id === '') return [];
  const isWaiting = state?.running === undefined && state?.terminated === undefined;
  const startedAtMs = timeMs(state?.running?.startedAt) ?? 0;
  const latest = recordOf(status, attempt, {
    id,
    startedAtMs,
    ended: isWaiting ? lastState?.terminated : state.terminated,
  });
  const before = isWaiting ? undefined : lastState?.terminated;
  if (before === undefined || attempt === 0) return [latest];
  return [latest, recordOf(status, attempt - 1, { id: idOf(before.containerID), startedAtMs: 0, ended: before })];
}

interface Told {
  readonly id: string;
  readonly startedAtMs: number;
  readonly ended: NonNullable<ContainerStatus['state']>['terminated'];
}

const recordOf = (
  { name, image, imageID }: ContainerStatus,
  attempt: number,
  { id, startedAtMs, ended }: Told,
): ContainerRecord => ({
  name,
  id,
  attempt,
  state: 'exited',
  startedAtMs: timeMs(ended?.startedAt) ?? startedAtMs,
  inSandbox: false,
  exit: {
    exitCode: ended?.exitCode ?? 137,
    reason: ended?.reason ?? 'ContainerStatusUnknown',
    message: ended?.message ?? (ended === undefined ? LOST : ''),
    finishedAtMs: timeMs(ended?.finishedAt) ?? 0,
  },
  image,
  imageId: imageID,
  specHash: '',
  backOffMs: 0,
  user: '',
  stopSignal: DEFAULT_STOP_SIGNAL,
});

const idOf = (containerId: string | undefined): string => containerId?.replace(/^[a-z]+:\/\//, '') ?? '';

const LOST = 'The container could not be located when the pod was terminated';
