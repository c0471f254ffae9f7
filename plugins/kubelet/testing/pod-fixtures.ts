import { applyDefaults } from '../../../src/schema/defaults.ts';
import { Pod as PodKind } from '../../kinds/core/v1/pod.ts';
import type { InputOf } from '../../../src/api/resource.ts';
import { NOTHING_KNOWN, type ContainerRecord, type ContainerView } from '../plan/container-record.ts';
import type { Pod } from '../pod.ts';

export type SpecInput = InputOf<typeof PodKind>['spec'];

/** A pod as the API server stores it, from as little as a case says. */
export function podOf(spec: Partial<SpecInput>, status: Partial<Pod['status']> = {}): Pod {
  const given = { containers: [{ name: 'app', image: 'i' }], ...spec };
  const filled = applyDefaults(PodKind.fields, { spec: given, status }) as Pick<Pod, 'spec' | 'status'>;
  const metadata = {
    name: 'web',
    namespace: 'shop',
    uid: 'u1',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, ...filled };
}

export const HASH = 'hash';

export const recordOf = (name: string, changes: Partial<ContainerRecord> = {}): ContainerRecord => ({
  name,
  id: `${name}-id`,
  attempt: 0,
  state: 'running',
  startedAtMs: 1_000_000,
  inSandbox: true,
  exit: null,
  image: 'docker.io/library/i:latest',
  imageId: 'docker.io/library/i@sha256:1',
  specHash: HASH,
  backOffMs: 0,
  user: '0:0:0',
  stopSignal: 'SIGTERM',
  ...changes,
});

export const exited = (name: string, exitCode: number, changes: Partial<ContainerRecord> = {}): ContainerRecord =>
  recordOf(name, {
    state: 'exited',
    exit: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', message: '', finishedAtMs: 1_001_000 },
    ...changes,
  });

/** A running container is up and ready unless a case says otherwise. */
export const viewOf = (latest: ContainerRecord | undefined, changes: Partial<ContainerView> = {}): ContainerView => ({
  ...NOTHING_KNOWN,
  latest,
  started: latest?.state === 'running',
  ready: latest?.state === 'running',
  ...changes,
});

export const viewsOf = (...views: readonly ContainerView[]): ReadonlyMap<string, ContainerView> =>
  new Map(views.map(view => [view.latest?.name ?? '', view]));
