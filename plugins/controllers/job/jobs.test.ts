import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { fakeNodes } from '../../../src/sdk/testing/fake-nodes.ts';
import { Job } from '../../kinds/batch/v1/job.ts';
import { Event } from '../../kinds/core/v1/event.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { TRACKING_FINALIZER } from './job-facts.ts';

/** What containers of an image exit with; those of others run on. */
const codes: ReadonlyMap<string, number> = new Map([
  ['ok', 0],
  ['bad', 1],
]);
const exitCode = ({ metadata, spec }: Pod): number | undefined => {
  const image = spec.containers[0]?.image ?? '';
  const index = Number(metadata.labels?.['batch.kubernetes.io/job-completion-index']);
  if (image === 'first alone') return index === 0 ? 0 : undefined;
  return image === 'odd fail' ? index % 2 : codes.get(image);
};

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ plugins: [fakeNodes({ exitCode })] });
});
afterAll(() => cluster[Symbol.asyncDispose]());

let namespaces = 0;
async function jobIn(spec: object, image = 'ok'): Promise<{ readonly name: string; readonly namespace: string }> {
  const namespace = `job-${(namespaces += 1)}`;
  await cluster.client.create(Namespace, { metadata: { name: namespace } });
  const template = {
    metadata: { labels: { team: 'a' } },
    spec: { restartPolicy: 'Never' as const, containers: [{ name: 'c', image }] },
  };
  await cluster.client.create(Job, { metadata: { name: 'j', namespace }, spec: { template, ...spec } });
  return { name: 'j', namespace };
}
type Key = { readonly name: string; readonly namespace: string };

const podsOf = ({ namespace }: Key): readonly Pod[] => cluster.caches.of(Pod).list(namespace);
const statusOf = async (key: Key) => (await cluster.client.get(Job, key)).status;
const conditionsOf = async (key: Key) =>
  Object.fromEntries(
    ((await statusOf(key)).conditions ?? []).map(({ type, status, reason, message }) => [
      type,
      `${status} ${reason}: ${message}`,
    ]),
  );
const eventsOf = async ({ namespace }: Key, reason: string): Promise<readonly string[]> =>
  (await cluster.client.list(Event, { namespace })).items.filter(e => e.reason === reason).map(e => e.message ?? '');
const ended = (key: Key, type: 'Complete' | 'Failed') =>
  cluster.eventually(async () => expect(await conditionsOf(key)).toHaveProperty(type));
const change = (key: Key, spec: object) => cluster.client.patch(Job, key, { type: 'merge', body: { spec } });

describe('a job', () => {
  it('is complete when as many pods have succeeded, each counted once and let go', async () => {
    const key = await jobIn({ completions: 3, parallelism: 2 });
    await ended(key, 'Complete');
    const { metadata, spec, status } = await cluster.client.get(Job, key);
    const labels = {
      'batch.kubernetes.io/controller-uid': metadata.uid,
      'batch.kubernetes.io/job-name': 'j',
      'controller-uid': metadata.uid,
      'job-name': 'j',
      team: 'a',
    };
    expect(spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } });
    expect(spec.template.metadata.labels).toEqual(labels);
    expect(metadata.labels).toEqual(labels);
    expect(status).toEqual({
      conditions: expect.any(Array),
      startTime: expect.any(String),
      completionTime: expect.any(String),
      succeeded: 3,
      terminating: 0,
      uncountedTerminatedPods: {},
      ready: 0,
    });
    expect(await conditionsOf(key)).toEqual({
      SuccessCriteriaMet: 'True CompletionsReached: Reached expected number of succeeded pods',
      Complete: 'True CompletionsReached: Reached expected number of succeeded pods',
    });
    expect(podsOf(key).map(({ metadata: { finalizers, labels: of } }) => [finalizers, of])).toEqual(
      Array.from({ length: 3 }, () => [undefined, labels]),
    );
    await cluster.eventually(async () => {
      expect(await eventsOf(key, 'Completed')).toEqual(['Job completed']);
      expect(await eventsOf(key, 'SuccessfulCreate')).toHaveLength(3);
    });
  });

  it('without completions is complete with one success, once all have ended', async () => {
    const key = await jobIn({ parallelism: 2 });
    await ended(key, 'Complete');
    expect((await statusOf(key)).succeeded).toBeGreaterThan(0);
  });

  it('has failed when more pods have failed than it allows', async () => {
    const key = await jobIn({ backoffLimit: 0 }, 'bad');
    await ended(key, 'Failed');
    const message = 'Job has reached the specified backoff limit';
    expect(await conditionsOf(key)).toEqual({
      FailureTarget: `True BackoffLimitExceeded: ${message}`,
      Failed: `True BackoffLimitExceeded: ${message}`,
    });
    expect(await statusOf(key)).toMatchObject({ failed: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    await cluster.eventually(async () => expect(await eventsOf(key, 'BackoffLimitExceeded')).toEqual([message]));
  });

  it('that has failed ends the pods that still run, and counts them', async () => {
    const key = await jobIn({ parallelism: 2, completions: 2 }, 'lasting');
    await cluster.eventually(async () => expect(await statusOf(key)).toMatchObject({ active: 2, ready: 2 }));
    await change(key, { activeDeadlineSeconds: 1 });
    await ended(key, 'Failed');
    expect(await conditionsOf(key)).toMatchObject({
      Failed: 'True DeadlineExceeded: Job was active longer than specified deadline',
    });
    expect((await statusOf(key)).failed).toBe(2);
    await cluster.eventually(() => expect(podsOf(key)).toEqual([]));
  });

  it('waits before it replaces a pod that failed', async () => {
    const key = await jobIn({}, 'bad');
    await cluster.eventually(async () => expect(await statusOf(key)).toMatchObject({ failed: 1, ready: 0 }));
    expect(podsOf(key)).toHaveLength(1);
  });

  it('gives each pod its index, and tells which have succeeded', async () => {
    const key = await jobIn({ completionMode: 'Indexed', completions: 4, parallelism: 4 });
    await ended(key, 'Complete');
    expect(await statusOf(key)).toMatchObject({ succeeded: 4, completedIndexes: '0-3' });
    const pods = podsOf(key).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    const index = 'batch.kubernetes.io/job-completion-index';
    expect(
      pods.map(({ metadata, spec }) => [
        metadata.name.slice(0, -5),
        metadata.annotations?.[index],
        metadata.labels?.[index],
        spec.hostname,
      ]),
    ).toEqual([0, 1, 2, 3].map(n => [`j-${n}-`, `${n}`, `${n}`, `j-${n}`]));
    expect(pods[0]?.spec.containers[0]?.env).toEqual([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${index}']` } },
      },
    ]);
  });

  it('goes on with other indexes when one has failed for good', async () => {
    const key = await jobIn(
      { completionMode: 'Indexed', completions: 4, parallelism: 2, backoffLimitPerIndex: 0 },
      'odd fail',
    );
    await ended(key, 'Failed');
    expect(await statusOf(key)).toMatchObject({ completedIndexes: '0,2', failedIndexes: '1,3', failed: 2 });
    expect(await conditionsOf(key)).toMatchObject({ Failed: 'True FailedIndexes: Job has failed indexes' });
  });

  it('succeeds by its own rule, and ends the rest', async () => {
    const successPolicy = { rules: [{ succeededIndexes: '0,2', succeededCount: 1 }] };
    const spec = { completionMode: 'Indexed', completions: 4, parallelism: 4, successPolicy };
    const key = await jobIn(spec, 'first alone');
    await ended(key, 'Complete');
    expect(await conditionsOf(key)).toMatchObject({
      SuccessCriteriaMet: 'True SuccessPolicy: Matched rules at index 0',
      Complete: 'True SuccessPolicy: Matched rules at index 0',
    });
    expect(await statusOf(key)).toMatchObject({ succeeded: 1, completedIndexes: '0', terminating: 0 });
    expect((await statusOf(key)).failed).toBeUndefined();
    await cluster.eventually(() => expect(podsOf(key)).toHaveLength(1));
  });

  it('fails at once by its policy', async () => {
    const rules = [{ action: 'FailJob' as const, onExitCodes: { operator: 'In' as const, values: [1] } }];
    const key = await jobIn({ podFailurePolicy: { rules } }, 'bad');
    await ended(key, 'Failed');
    const [pod] = podsOf(key);
    const name = `${key.namespace}/${pod?.metadata.name}`;
    expect(await conditionsOf(key)).toMatchObject({
      Failed: `True PodFailurePolicy: Container c for pod ${name} failed with exit code 1 matching FailJob rule at index 0`,
    });
  });

  it('that is suspended makes no pods, ends those it has, and begins anew when it is resumed', async () => {
    const key = await jobIn({ parallelism: 2, completions: 2 }, 'lasting');
    await cluster.eventually(async () => expect(await statusOf(key)).toMatchObject({ active: 2 }));
    await change(key, { suspend: true });
    await cluster.eventually(async () => {
      expect(podsOf(key)).toEqual([]);
      expect(await conditionsOf(key)).toEqual({ Suspended: 'True JobSuspended: Job suspended' });
      expect(await statusOf(key)).toEqual({
        conditions: expect.any(Array),
        ready: 0,
        terminating: 0,
        uncountedTerminatedPods: {},
      });
    });
    await change(key, { template: { spec: { nodeSelector: { disk: 'ssd' } } } });
    await expect(change(key, { template: { spec: { priority: 1 } } })).rejects.toMatchObject({ reason: 'Invalid' });
    await change(key, { suspend: false });
    await cluster.eventually(async () => {
      expect(await conditionsOf(key)).toEqual({ Suspended: 'False JobResumed: Job resumed' });
      expect(await statusOf(key)).toMatchObject({ active: 2, startTime: expect.any(String) });
    });
    expect(podsOf(key).map(({ spec }) => spec.nodeSelector)).toEqual([{ disk: 'ssd' }, { disk: 'ssd' }]);
    await cluster.eventually(async () => {
      expect(await eventsOf(key, 'Suspended')).toEqual(['Job suspended']);
      expect(await eventsOf(key, 'Resumed')).toEqual(['Job resumed']);
    });
  });

  it('has fewer pods when it is to have fewer, and does not count those it ended', async () => {
    const key = await jobIn({ parallelism: 3, completions: 3 }, 'lasting');
    await cluster.eventually(async () => expect(await statusOf(key)).toMatchObject({ active: 3, ready: 3 }));
    await change(key, { parallelism: 1 });
    await cluster.eventually(async () => {
      expect(podsOf(key)).toHaveLength(1);
      expect(await statusOf(key)).toMatchObject({ active: 1, ready: 1, terminating: 0 });
    });
    expect((await statusOf(key)).failed).toBeUndefined();
  });

  it('counts a pod that was deleted, once', async () => {
    const key = await jobIn({ backoffLimit: 10 }, 'lasting');
    const only = await cluster.eventually(() => {
      const [pod] = podsOf(key);
      expect(pod?.status.phase).toBe('Running');
      return pod as Pod;
    });
    await cluster.client.delete(Pod, { ...key, name: only.metadata.name });
    await cluster.eventually(async () => {
      expect((await statusOf(key)).failed).toBe(1);
      expect(podsOf(key).map(({ metadata }) => metadata.uid)).not.toContain(only.metadata.uid);
    });
  });

  it('adopts what fits, with its finalizer, and frees pods that it lets go', async () => {
    const key = await jobIn({
      manualSelector: true,
      selector: { matchLabels: { app: 'x' } },
      template: {
        metadata: { labels: { app: 'x' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'lasting' }] },
      },
    });
    const [made] = await cluster.eventually(() => {
      expect(podsOf(key)).toHaveLength(1);
      return podsOf(key);
    });
    const at = { ...key, name: made?.metadata.name ?? '' };
    const label = (app: string) =>
      cluster.client.patch(Pod, at, { type: 'merge', body: { metadata: { labels: { app } } } });
    await label('y');
    await cluster.eventually(async () => {
      const { metadata } = await cluster.client.get(Pod, at);
      expect([metadata.ownerReferences, metadata.finalizers]).toEqual([undefined, undefined]);
    });
    await cluster.eventually(() => expect(podsOf(key)).toHaveLength(2));
    await label('x');
    await cluster.eventually(async () => {
      const pods = podsOf(key);
      expect(pods.map(({ metadata }) => metadata.finalizers)).toEqual([[TRACKING_FINALIZER]]);
    });
  });

  it('that another controller manages is left alone', async () => {
    const key = await jobIn({ managedBy: 'example.com/other' });
    const other = await jobIn({});
    await ended(other, 'Complete');
    expect([podsOf(key), await statusOf(key)]).toEqual([[], {}]);
    await expect(jobIn({ managedBy: 'other' })).rejects.toMatchObject({ reason: 'Invalid' });
  });

  it('goes when its time is over, with its pods; deleted alone it leaves them, free', async () => {
    const timed = await jobIn({ ttlSecondsAfterFinished: 0 });
    await cluster.eventually(async () => {
      await expect(statusOf(timed)).rejects.toMatchObject({ reason: 'NotFound' });
      expect(podsOf(timed)).toEqual([]);
    });
    const key = await jobIn({}, 'lasting');
    await cluster.eventually(() => expect(podsOf(key)).toHaveLength(1));
    await cluster.client.delete(Job, key);
    await cluster.eventually(async () => {
      await expect(statusOf(key)).rejects.toMatchObject({ reason: 'NotFound' });
      expect(podsOf(key).map(({ metadata }) => [metadata.ownerReferences, metadata.finalizers])).toEqual([
        [undefined, undefined],
      ]);
    });
    const background = await jobIn({}, 'lasting');
    await cluster.eventually(() => expect(podsOf(background)).toHaveLength(1));
    await cluster.client.delete(Job, background, { propagationPolicy: 'Background' });
    await cluster.eventually(() => expect(podsOf(background)).toEqual([]));
  });
});
