import { createHash } from 'node:crypto';
import type { Container } from '../../runtime/contract.ts';
import type { ContainerSpec } from '../pod.ts';
import type { ContainerRecord, RecordedExit } from '../plan/container-record.ts';

const IMAGE = 'tiphys.dev/image';
const IMAGE_ID = 'tiphys.dev/image-id';
/** Ids of the configs of its image and of those it has as volumes, by which the image store knows what is in use. */
export const IMAGE_CONFIG_LABEL = 'tiphys.dev/image-config';
const SPEC_HASH = 'tiphys.dev/spec-hash';
const BACK_OFF = 'tiphys.dev/back-off-ms';
const USER = 'tiphys.dev/user';
const STOP_SIGNAL = 'tiphys.dev/stop-signal';

export const DEFAULT_STOP_SIGNAL = 'SIGTERM';

/** What the runtime keeps for the kubelet, so that a new daemon reports what the old one did. */
export interface KeptFacts {
  readonly image: string;
  readonly imageId: string;
  readonly imageConfig: string;
  readonly specHash: string;
  readonly backOffMs: number;
  readonly user: string;
  readonly stopSignal: string;
}

export const containerLabels = (facts: KeptFacts): Readonly<Record<string, string>> => ({
  [IMAGE]: facts.image,
  [IMAGE_ID]: facts.imageId,
  [IMAGE_CONFIG_LABEL]: facts.imageConfig,
  [SPEC_HASH]: facts.specHash,
  [BACK_OFF]: String(facts.backOffMs),
  [USER]: facts.user,
  [STOP_SIGNAL]: facts.stopSignal,
});

/** A runtime's container as a record; `message` is its termination message, if it has ended. */
export function containerRecord(container: Container, inSandbox: boolean, message: string): ContainerRecord {
  const { labels } = container;
  return {
    name: container.name,
    id: container.id,
    attempt: container.attempt,
    state: container.state,
    startedAtMs: container.startedAtMs,
    inSandbox,
    exit: container.exit === null ? null : recordedExit(container.exit, message),
    image: labels[IMAGE] ?? '',
    imageId: labels[IMAGE_ID] ?? '',
    specHash: labels[SPEC_HASH] ?? '',
    backOffMs: Number(labels[BACK_OFF] ?? '0'),
    user: labels[USER] ?? '',
    stopSignal: labels[STOP_SIGNAL] ?? DEFAULT_STOP_SIGNAL,
  };
}

function recordedExit(exit: NonNullable<Container['exit']>, message: string): RecordedExit {
  const reason = exit.oomKilled ? 'OOMKilled' : exit.exitCode === 0 ? 'Completed' : 'Error';
  return { exitCode: exit.exitCode, reason, message, finishedAtMs: exit.finishedAtMs };
}

/** A container whose image changes is started anew; nothing else of it may change. */
export const specHash = ({ name, image }: ContainerSpec): string =>
  createHash('sha256')
    .update(JSON.stringify([name, image]))
    .digest('hex')
    .slice(0, 16);
