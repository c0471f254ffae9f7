import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { fakeNodes } from '../../../src/sdk/testing/fake-nodes.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { CronJob } from '../../kinds/batch/v1/cron-job.ts';
import { Job } from '../../kinds/batch/v1/job.ts';
import { Event } from '../../kinds/core/v1/event.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';

const real = hostWorld();
const world = manualWorld(Date.UTC(2026, 0, 1, 0, 0, 30));
const exitCode = ({ spec }: Pod): number | undefined => ({ ok: 0, bad: 1 })[spec.containers[0]?.image ?? ''];
let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ world, plugins: [fakeNodes({ exitCode })] });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const namespace = 'default';
/** Nobody tells that nodes live while time is made to pass. */
const tolerations = [{ operator: 'Exists' as const }];
const cronJob = (name: string, spec: object, image = 'ok', job: object = {}) =>
  cluster.client.create(CronJob, {
    metadata: { name, namespace },
    spec: {
      schedule: '* * * * *',
      jobTemplate: {
        metadata: { labels: { made: 'so' } },
        spec: {
          backoffLimit: 0,
          ...job,
          template: { spec: { restartPolicy: 'Never', tolerations, containers: [{ name: 'c', image }] } },
        },
      },
      ...spec,
    },
  });
const change = (name: string, spec: object) =>
  cluster.client.patch(CronJob, { name, namespace }, { type: 'merge', body: { spec } });
const jobsOf = (name: string): readonly string[] =>
  cluster.caches
    .of(Job)
    .list(namespace)
    .filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === name)
    .map(({ metadata }) => metadata.name.replace(`${name}-`, ''))
    .sort();
const statusOf = async (name: string) => (await cluster.client.get(CronJob, { name, namespace })).status;
const eventsOf = async (name: string): Promise<readonly string[]> =>
  (await cluster.client.list(Event, { namespace })).items
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason, message }) => `${reason}: ${message}`);

/** Lets time pass until something holds, in steps so short that nobody can tell. */
async function until(check: () => Promise<void> | void, steps = 1000): Promise<void> {
  for (let step = 1; ; step += 1) {
    try {
      return await check();
    } catch (error) {
      if (step === steps) throw error;
      await world.advance(1);
      await real.timers.sleep(2);
    }
  }
}
const nextMinute = () => world.advance(60_000 - (world.clock.now() % 60_000) + 150);
const minute = () => Math.floor(world.clock.now() / 60_000);

it('jobs are made each time they are due, named for it, and some are kept', async () => {
  await cronJob('often', { successfulJobsHistoryLimit: 2 });
  const first = minute() + 1;
  for (let n = 0; n < 4; n += 1) {
    await nextMinute();
    await until(async () => {
      const { active, lastScheduleTime, lastSuccessfulTime } = await statusOf('often');
      expect([active, Date.parse(lastScheduleTime ?? '')]).toEqual([undefined, (first + n) * 60_000]);
      expect(lastSuccessfulTime).toBeDefined();
      expect(jobsOf('often')).toEqual([first + n - 1, first + n].filter(at => at >= first).map(String));
    });
  }
  const job = await cluster.client.get(Job, { name: `often-${first + 3}`, namespace });
  expect(job.metadata).toMatchObject({
    labels: { made: 'so' },
    annotations: {
      'batch.kubernetes.io/cronjob-scheduled-timestamp': new Date((first + 3) * 60_000)
        .toISOString()
        .replace('.000', ''),
    },
  });
  const events = await eventsOf('often');
  expect(events).toContain(`SuccessfulCreate: Created job often-${first}`);
  expect(events).toContain(`SawCompletedJob: Saw completed job: often-${first}, condition: Complete`);
  expect(events).toContain(`SuccessfulDelete: Deleted job often-${first}`);
  await change('often', { suspend: true });
  await until(async () => expect(jobsOf('often')).toHaveLength(2));
  await nextMinute();
  await nextMinute();
  expect(jobsOf('often')).toEqual([first + 2, first + 3].map(String));
});

it.each([
  ['Allow', 2, 2],
  ['Forbid', 1, 1],
  ['Replace', 1, 2],
])('jobs that still run: %s', async (concurrencyPolicy, running, made) => {
  const name = concurrencyPolicy.toLowerCase();
  await cronJob(name, { concurrencyPolicy }, 'lasting');
  await nextMinute();
  await until(async () => expect((await statusOf(name)).active).toHaveLength(1));
  await nextMinute();
  await until(async () => {
    expect((await statusOf(name)).active).toHaveLength(running);
    expect(jobsOf(name)).toHaveLength(running);
    const events = await eventsOf(name);
    expect(events.filter(text => text.startsWith('SuccessfulCreate'))).toHaveLength(made);
    expect(events.some(text => text.startsWith('JobAlreadyActive'))).toBe(concurrencyPolicy === 'Forbid');
  });
  await change(name, { suspend: true });
  await cluster.client.delete(
    Job,
    { name: `${name}-${jobsOf(name)[0]}`, namespace },
    { propagationPolicy: 'Background' },
  );
  await until(async () => {
    expect(await eventsOf(name)).toContainEqual(expect.stringMatching(/^MissingJob: Active job went missing: /));
    expect((await statusOf(name)).active ?? []).toHaveLength(running - 1);
  });
  await cluster.client.delete(CronJob, { name, namespace });
  await until(() => expect(jobsOf(name)).toEqual([]));
});

it('a new schedule is first due at its next time, in the time zone it names', async () => {
  await cronJob('moved', { schedule: '0 0 1 1 *' });
  await until(async () => expect(await statusOf('moved')).toEqual({}));
  // Where an hour begins half an hour later.
  await world.advance(3_600_000 + 26 * 60_000 - (world.clock.now() % 3_600_000));
  await change('moved', { schedule: '0 * * * *', timeZone: 'Asia/Kolkata' });
  await world.advance(10_000);
  expect(jobsOf('moved')).toEqual([]);
  await world.advance(5 * 60_000);
  await until(() => expect(jobsOf('moved')).toHaveLength(1));
  const job = await cluster.client.get(Job, { name: `moved-${jobsOf('moved')[0]}`, namespace });
  expect(job.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']).toMatch(/:\d\d:00\+05:30$/);
  await cluster.client.delete(CronJob, { name: 'moved', namespace });
});

it('what is in the way of its job is told, and left alone where it is another', async () => {
  const at = minute() + 1;
  const template = { spec: { restartPolicy: 'Never' as const, containers: [{ name: 'c', image: 'ok' }] } };
  await cluster.client.create(Job, { metadata: { name: `taken-${at}`, namespace }, spec: { template } });
  await cronJob('taken', {});
  await nextMinute();
  await until(async () => expect(jobsOf('taken')).toEqual([]));
  expect((await statusOf('taken')).lastScheduleTime).toBeUndefined();
  await cluster.client.delete(CronJob, { name: 'taken', namespace });
});
