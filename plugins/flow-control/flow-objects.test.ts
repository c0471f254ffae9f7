import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestInfo } from '../apiserver/contract.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { FlowSchema } from '../kinds/flowcontrol/v1/flow-schema.ts';
import { PriorityLevelConfiguration } from '../kinds/flowcontrol/v1/priority-level-configuration.ts';
import { BOOTSTRAP_CONFIGURATION } from './bootstrap-objects.ts';
import { flowControls, type FlowControl } from './contract.ts';
import flowControl from './plugin.ts';
import { getPods } from './testing/test-ticket.ts';

let cluster: TestCluster;
let controls: readonly FlowControl[];
beforeAll(async () => {
  const probe = definePlugin({
    name: 'probe',
    start({ collect }) {
      controls = collect(flowControls);
    },
  });
  cluster = await startCluster({
    plugins: [flowControl, probe],
    settings: { maxRequestsInflight: 40, maxMutatingRequestsInflight: 20 },
  });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const KEY = 'apf.kubernetes.io/autoupdate-spec';
const schema = (name: string) => cluster.client.get(FlowSchema, { name });
const level = (name: string) => cluster.client.get(PriorityLevelConfiguration, { name });
const danglingOf = async (name: string) =>
  (await schema(name)).status.conditions?.find(({ type }) => type === 'Dangling')?.status;

const limited = (nominalConcurrencyShares: number) => ({
  type: 'Limited',
  limited: {
    nominalConcurrencyShares,
    lendablePercent: 0,
    borrowingLimitPercent: 0,
    limitResponse: { type: 'Reject' },
  },
});
const ofUser = (name: string, levelName: string) => ({
  priorityLevelConfiguration: { name: levelName },
  matchingPrecedence: 3,
  rules: [
    {
      subjects: [{ kind: 'User', user: { name } }],
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] }],
    },
  ],
});

describe('a first start', () => {
  it('makes all objects that a server has of itself', async () => {
    const { levels, schemas } = BOOTSTRAP_CONFIGURATION;
    const kept = {
      levels: (await cluster.client.list(PriorityLevelConfiguration)).items,
      schemas: (await cluster.client.list(FlowSchema)).items,
    };
    const shown = (objects: readonly Shown[]) => objects.map(specOf).toSorted(byName);
    // Nothing is added by defaults.
    expect([shown(kept.levels), shown(kept.schemas)]).toEqual([shown(levels), shown(schemas)]);
  });

  it('tells of each FlowSchema that its level is there', async () => {
    for (const { metadata } of BOOTSTRAP_CONFIGURATION.schemas) {
      await cluster.eventually(async () => expect(await danglingOf(metadata.name)).toBe('False'), 20_000);
    }
  });
});

describe('what is changed', () => {
  it('of a mandatory object is changed back, whatever it is told', async () => {
    const own = await schema('catch-all');
    await cluster.client.update(FlowSchema, {
      ...own,
      metadata: { ...own.metadata, annotations: { [KEY]: 'false' } },
      spec: { ...own.spec, matchingPrecedence: 9 },
    });
    await cluster.eventually(async () => {
      expect(await schema('catch-all')).toMatchObject({
        metadata: { annotations: { [KEY]: 'true' } },
        spec: { matchingPrecedence: 10_000 },
      });
    }, 20_000);
  });

  it('of what the exempt level has for others stays', async () => {
    const own = await level('exempt');
    await cluster.client.update(PriorityLevelConfiguration, {
      ...own,
      metadata: { ...own.metadata, annotations: {} },
      spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 3, lendablePercent: 50 } },
    });
    await cluster.eventually(async () => {
      expect((await level('exempt')).metadata.annotations).toEqual({ [KEY]: 'true' });
    }, 20_000);
    expect((await level('exempt')).spec.exempt).toEqual({ nominalConcurrencyShares: 3, lendablePercent: 50 });
    await cluster.client.update(PriorityLevelConfiguration, { ...(await level('exempt')), spec: own.spec });
  });

  it('of a suggested one stays where that is said', async () => {
    const own = await schema('global-default');
    const annotated = { ...own.metadata, annotations: { [KEY]: 'false' } };
    await cluster.client.update(FlowSchema, {
      ...own,
      metadata: annotated,
      spec: { ...own.spec, matchingPrecedence: 9800 },
    });
    const told = await schema('service-accounts');
    await cluster.client.update(FlowSchema, { ...told, spec: { ...told.spec, matchingPrecedence: 8000 } });
    // By then the controller has seen both.
    await cluster.eventually(async () => {
      expect((await schema('service-accounts')).spec.matchingPrecedence).toBe(9000);
    }, 20_000);
    expect((await schema('global-default')).spec.matchingPrecedence).toBe(9800);
  });

  it('by deletion is made again; what no server makes any more goes', async () => {
    const { uid } = (await level('workload-low')).metadata;
    await cluster.client.delete(PriorityLevelConfiguration, { name: 'workload-low' });
    await cluster.client.create(PriorityLevelConfiguration, {
      metadata: { name: 'former', annotations: { [KEY]: 'true' } },
      spec: limited(1),
    });
    await cluster.eventually(async () => {
      expect((await level('workload-low')).metadata.uid).not.toBe(uid);
      await expect(level('former')).rejects.toMatchObject({ status: { reason: 'NotFound' } });
    }, 20_000);
  });
});

describe('a FlowSchema and a level of somebody', () => {
  const enter = (name: string, info: RequestInfo = getPods) =>
    controls[0]?.enter({
      user: { name, groups: ['system:authenticated'] },
      info,
      query: new URLSearchParams(),
      waitMs: () => 60_000,
      signal: () => new AbortController().signal,
    });

  it('count once they are there, and as they are changed', async () => {
    const made = await cluster.client.create(FlowSchema, { metadata: { name: 'own' }, spec: ofUser('u', 'own') });
    await cluster.eventually(async () => expect(await danglingOf('own')).toBe('True'), 20_000);
    const own = await cluster.client.create(PriorityLevelConfiguration, {
      metadata: { name: 'own' },
      spec: limited(0),
    });
    await cluster.eventually(async () => expect(await danglingOf('own')).toBe('False'), 20_000);
    await cluster.eventually(() => {
      const turn = enter('u');
      turn?.over();
      expect(turn).toMatchObject({ flowSchemaUid: made.metadata.uid, priorityLevelUid: own.metadata.uid });
    }, 20_000);
    // Without a share there is one seat at a time.
    const first = enter('u');
    expect([first?.mayRun, enter('u')?.mayRun]).toEqual([true, false]);
    expect(enter('v')?.mayRun).toBe(true);
    await cluster.client.update(PriorityLevelConfiguration, { ...(await level('own')), spec: limited(245) });
    // Half of sixty seats, as it has half of the shares.
    await cluster.eventually(() => {
      const turns = Array.from({ length: 40 }, () => enter('u'));
      const served = turns.filter(turn => turn?.mayRun === true).length;
      for (const turn of turns) turn?.over();
      expect(served).toBe(29);
    }, 20_000);
    first?.over();
  });
});

interface Shown {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> | undefined };
  readonly spec: unknown;
}
const specOf = ({ metadata: { name, annotations }, spec }: Shown) => ({ name, annotations, spec });
const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);
