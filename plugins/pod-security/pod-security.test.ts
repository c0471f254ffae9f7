import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import { startCluster } from '../../src/sdk/testing/cluster.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { CronJob } from '../kinds/batch/v1/cron-job.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { settled } from '../kinds/testing/settled.ts';
import { parsePolicy, printLevel } from './policy.ts';
import { podSecurity } from './pod-security.ts';

const PREFIX = 'pod-security.kubernetes.io/';
const prefixed = (labels: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [PREFIX + name, value]));

describe('labels', () => {
  it.each<[Record<string, string>, readonly string[]]>([
    [{}, ['privileged:latest', 'privileged:latest', 'privileged:latest']],
    [{ enforce: 'baseline', 'enforce-version': 'v1.20' }, ['baseline:v1.20', 'privileged:latest', 'baseline:v1.20']],
    [{ enforce: 'baseline', 'warn-version': 'v1.2' }, ['baseline:latest', 'privileged:latest', 'baseline:v1.2']],
    [{ enforce: 'baseline', warn: 'privileged' }, ['baseline:latest', 'privileged:latest', 'privileged:latest']],
    [{ audit: 'restricted', warn: 'restricted' }, ['privileged:latest', 'restricted:latest', 'restricted:latest']],
  ])('%j', (labels, expected) => {
    const { policy, errors } = parsePolicy(prefixed(labels));
    expect([policy.enforce, policy.audit, policy.warn].map(printLevel)).toEqual(expected);
    expect(errors).toEqual([]);
  });

  it('that mean nothing are refused, and stand for the strictest where they are there', () => {
    const labels = prefixed({ enforce: 'odd', 'enforce-version': 'v1.01', audit: 'odd' });
    const { policy, errors } = parsePolicy(labels);
    expect([policy.enforce, policy.audit, policy.warn].map(printLevel)).toEqual([
      'restricted:latest',
      'privileged:latest',
      'privileged:latest',
    ]);
    expect(errors.map(({ field, detail }) => `${field}: ${detail}`)).toEqual([
      `metadata.labels[${PREFIX}enforce]: must be one of privileged, baseline, restricted`,
      `metadata.labels[${PREFIX}enforce-version]: must be "latest" or "v1.x"`,
      `metadata.labels[${PREFIX}audit]: must be one of privileged, baseline, restricted`,
    ]);
  });
});

const pod = (name: string, spec: object = {}, metadata: object = {}): Pod =>
  settled(Pod, { metadata: { name, ...metadata }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } });

/** What a write is told, and why it is refused. */
async function judged(
  labels: object,
  resource: Resource,
  object: AnyObject,
  oldObject?: AnyObject,
  pods: readonly Pod[] = [],
) {
  const warnings: string[] = [];
  const noted: Record<string, string> = {};
  const audit = {
    keepsRequests: false,
    annotate: (key: string, value: string) => void (noted[key] = value),
    spent: () => undefined,
  };
  const rule = podSecurity({
    labelsOf: () => Promise.resolve(prefixed(labels as Record<string, string>)),
    podsOf: () => Promise.resolve(pods),
  });
  const operation = oldObject === undefined ? 'CREATE' : 'UPDATE';
  const user = { name: 'u', groups: [] };
  const request = {
    operation,
    user,
    resource,
    subresource: '',
    namespace: 'n',
    name: 'x',
    object,
    oldObject,
    dryRun: false,
    steps: { run: async <T>(step: () => T): Promise<T> => step() },
  } as const;
  const refusal = await Promise.resolve(
    rule.validate?.({ ...request, audit, warn: text => void warnings.push(text) }),
  ).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
  return { refusal, warnings, noted };
}

const RUNS_AS_HOST = 'host namespaces (hostPID=true)';
const asHost = pod('x', { hostPID: true });

describe('a pod', () => {
  it('is refused by what is enforced, and else told of what is warned of', async () => {
    expect(await judged({ enforce: 'baseline' }, Pod, asHost)).toMatchObject({
      refusal: `pods "x" is forbidden: violates PodSecurity "baseline:latest": ${RUNS_AS_HOST}`,
      warnings: [],
    });
    expect(await judged({ warn: 'baseline', 'warn-version': 'v1.9' }, Pod, asHost)).toMatchObject({
      refusal: undefined,
      warnings: [`would violate PodSecurity "baseline:v1.9": ${RUNS_AS_HOST}`],
    });
  });

  it('that is there already is judged again by new images and containers alone', async () => {
    const labels = { enforce: 'baseline' };
    const relabelled = { ...asHost, metadata: { ...asHost.metadata, labels: { a: 'b' } } };
    const reimaged = pod('x', { hostPID: true, containers: [{ name: 'c', image: 'other' }] });
    const debugged = pod('x', { hostPID: true, ephemeralContainers: [{ name: 'e', image: 'i' }] });
    expect((await judged(labels, Pod, relabelled, asHost)).refusal).toBeUndefined();
    expect((await judged(labels, Pod, reimaged, asHost)).refusal).toContain('violates');
    expect((await judged(labels, Pod, debugged, asHost)).refusal).toContain('violates');
  });

  it('that others are to make is warned of and never refused', async () => {
    const spec = {
      schedule: '* * * * *',
      jobTemplate: { spec: { template: { spec: { ...asHost.spec, restartPolicy: 'Never' } } } },
    };
    const cronJob = settled(CronJob, { metadata: {}, spec } as never);
    expect(await judged({ enforce: 'baseline' }, CronJob, cronJob)).toMatchObject({
      refusal: undefined,
      warnings: [`would violate PodSecurity "baseline:latest": ${RUNS_AS_HOST}`],
    });
  });
});

describe('what is put on record', () => {
  const VIOLATIONS = 'pod-security.kubernetes.io/audit-violations';
  const ENFORCED = 'pod-security.kubernetes.io/enforce-policy';

  it('is by what a pod was judged, and what a level that is only looked at has against it', async () => {
    expect((await judged({}, Pod, asHost)).noted).toEqual({ [ENFORCED]: 'privileged:latest' });
    const labels = { enforce: 'baseline', 'enforce-version': 'v1.25', audit: 'baseline', warn: 'privileged' };
    expect((await judged(labels, Pod, asHost)).noted).toEqual({
      [ENFORCED]: 'baseline:v1.25',
      [VIOLATIONS]: `would violate PodSecurity "baseline:latest": ${RUNS_AS_HOST}`,
    });
    expect((await judged({ audit: 'baseline' }, Pod, pod('x'))).noted).toEqual({ [ENFORCED]: 'privileged:latest' });
    const deployment = settled(Deployment, { metadata: {}, spec: { template: asHost } } as never);
    expect((await judged({ audit: 'baseline' }, Deployment, deployment)).noted).toEqual({
      [VIOLATIONS]: `would violate PodSecurity "baseline:latest": ${RUNS_AS_HOST}`,
    });
  });

  it('is that labels mean nothing', async () => {
    expect((await judged({ audit: 'odd' }, Pod, asHost)).noted).toEqual({
      [ENFORCED]: 'privileged:latest',
      'pod-security.kubernetes.io/error':
        'Failed to parse policy: metadata.labels[pod-security.kubernetes.io/audit]: Invalid value: "odd": must be one of privileged, baseline, restricted',
    });
  });
});

describe('a namespace', () => {
  const namespace = (labels: Readonly<Record<string, string>>) =>
    settled(Namespace, { metadata: { name: 'n', labels: prefixed(labels) } });

  it('is told which of its pods a stricter level would refuse, those alike in one line', async () => {
    const owned = { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'o', uid: 'o', controller: true }] };
    const pods = [asHost, pod('c'), pod('b', { hostIPC: true }, owned), pod('a', { hostIPC: true }, owned)];
    const strict = namespace({ enforce: 'baseline' });
    expect((await judged({}, Namespace, strict, namespace({}), pods)).warnings).toEqual([
      'existing pods in namespace "n" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 2 other pods): host namespaces',
    ]);
    expect((await judged({}, Namespace, strict, namespace({ enforce: 'restricted' }), pods)).warnings).toEqual([]);
    expect((await judged({}, Namespace, namespace({}), strict, pods)).warnings).toEqual([]);
  });

  it('is told of as many pods as can be looked at, one of each owner first', async () => {
    const owner = { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'o', uid: 'o', controller: true }] };
    const good = pod('good', {}, owner);
    const pods = [...Array.from({ length: 3000 }, () => good), asHost];
    const { warnings } = await judged({}, Namespace, namespace({ enforce: 'baseline' }), namespace({}), pods);
    expect(warnings).toEqual([
      'new PodSecurity enforce level only checked against the first 3000 of 3001 existing pods',
      'existing pods in namespace "n" violate the new PodSecurity enforce level "baseline:latest"',
      'x: host namespaces',
    ]);
  });

  it('keeps bad labels that it has, and gets no other', async () => {
    const bad = namespace({ enforce: 'odd' });
    expect((await judged({}, Namespace, bad)).refusal).toContain('must be one of privileged, baseline, restricted');
    expect((await judged({}, Namespace, bad, bad)).refusal).toBeUndefined();
    expect((await judged({}, Namespace, namespace({ enforce: 'other' }), bad)).refusal).toContain('must be one of');
  });
});

it('is asked by the API as soon as a namespace is labelled', async () => {
  await using cluster = await startCluster({ without: ['scheduler'] });
  const labels = prefixed({ enforce: 'baseline' });
  await cluster.client.create(Namespace, { metadata: { name: 'n', labels } });
  const { spec } = asHost;
  const refused = cluster.client.create(Pod, { metadata: { name: 'x', namespace: 'n' }, spec });
  await expect(refused).rejects.toThrow(
    `pods "x" is forbidden: violates PodSecurity "baseline:latest": ${RUNS_AS_HOST}`,
  );
});
