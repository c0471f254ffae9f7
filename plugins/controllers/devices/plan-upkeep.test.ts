import { describe, expect, it } from 'vitest';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { DEVICES_FINALIZER } from '../../kinds/resource/v1/pod-device-claims.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../../kinds/resource/v1/resource-claim-template.ts';
import { settled } from '../../kinds/testing/settled.ts';
import { CLAIM_OF_POD, claimFromTemplate, neededClaim } from './needed-claim.ts';
import { planUpkeep, type Upkeep } from './plan-upkeep.ts';

const DELETED = '2026-01-01T00:00:00Z';
const allocation = { devices: { results: [{ request: 'r', driver: 'd.x', pool: 'p', device: 'a' }] } };
const user = (uid: string) => ({ resource: 'pods', name: uid, uid });
const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'own', controller: true }];
const pod = (metadata: object, more: object = {}): Pod => {
  const given = { metadata: { name: 'p', namespace: 'n', ...metadata }, spec: { nodeName: 'node', containers: [] } };
  return settled(Pod, { ...given, ...more });
};
const claim = (metadata: object, status: object): ResourceClaim => {
  const given = { metadata: { name: 'c', namespace: 'n', ...metadata }, spec: { devices: { requests: [] } } };
  return settled(ResourceClaim, { ...given, status });
};

describe('upkeep of a claim', () => {
  const held = { finalizers: [DEVICES_FINALIZER] };
  const idle: Upkeep = { isFreed: false, isDeleted: false };
  it.each<[string, object, object, readonly string[], Pod | undefined, Upkeep]>([
    ['that is used stays', held, { allocation, reservedFor: [user('a')] }, [], undefined, idle],
    [
      'that one of two uses no more is left to the other',
      held,
      { allocation, reservedFor: [user('a'), user('b')] },
      ['a'],
      undefined,
      { ...idle, status: { allocation, reservedFor: [user('b')] } },
    ],
    [
      'that nobody uses any more gives its devices back',
      held,
      { allocation, reservedFor: [user('a')] },
      ['a'],
      undefined,
      { isFreed: true, isDeleted: false, status: {} },
    ],
    [
      'that another allocator gave devices keeps them',
      {},
      { allocation, reservedFor: [user('a')] },
      ['a'],
      undefined,
      { ...idle, status: { allocation } },
    ],
    ['that nobody has used yet keeps its devices', held, { allocation }, [], undefined, idle],
    [
      'that is deleted unused gives them back',
      { ...held, deletionTimestamp: DELETED },
      { allocation },
      [],
      undefined,
      { isFreed: true, isDeleted: false, status: {} },
    ],
    [
      'that is deleted without devices goes',
      { ...held, deletionTimestamp: DELETED },
      {},
      [],
      undefined,
      { isFreed: true, isDeleted: false },
    ],
    [
      'that is deleted in use stays',
      { ...held, deletionTimestamp: DELETED },
      { allocation, reservedFor: [user('a')] },
      [],
      undefined,
      idle,
    ],
    ['of a pod that lives stays', { ownerReferences }, {}, [], pod({ uid: 'own' }), idle],
    [
      'of a pod that is done goes',
      { ownerReferences },
      {},
      [],
      pod({ uid: 'own' }, { status: { phase: 'Succeeded' } }),
      { isFreed: false, isDeleted: true },
    ],
    [
      'of a pod that another replaced goes',
      { ownerReferences },
      {},
      [],
      pod({ uid: 'new' }),
      { isFreed: false, isDeleted: true },
    ],
    ['of a pod that is gone is left to the garbage collector', { ownerReferences }, {}, [], undefined, idle],
  ])('%s', (_, metadata, status, gone, owner, plan) => {
    expect(planUpkeep(claim(metadata, status), new Set(gone), owner)).toEqual(plan);
  });
});

describe('a claim from a template', () => {
  const wanted = { name: 'gpu', resourceClaimTemplateName: 't' };
  const named = (resourceClaimName?: string) =>
    pod(
      { uid: 'own' },
      { status: { resourceClaimStatuses: [{ name: 'gpu', ...(resourceClaimName && { resourceClaimName }) }] } },
    );
  const own = claim({ ownerReferences, annotations: { [CLAIM_OF_POD]: 'gpu' } }, {});
  it.each<[string, Pod, object, readonly ResourceClaim[], readonly ResourceClaim[], ReturnType<typeof neededClaim>]>([
    ['is not what names one', pod({}), { name: 'gpu', resourceClaimName: 'c' }, [], [], { type: 'nothing' }],
    ['is missing', pod({}), wanted, [], [], { type: 'missing', template: 't' }],
    ['was made', pod({}), wanted, [own], [own], { type: 'made', name: 'c' }],
    ['was named', named('c'), wanted, [own], [own], { type: 'nothing' }],
    ['is not needed', named(), wanted, [], [], { type: 'nothing' }],
    ['has gone', named('c'), wanted, [], [], { type: 'missing', template: 't' }],
    ["was replaced by another's", named('c'), wanted, [claim({}, {})], [], { type: 'missing', template: 't' }],
  ])('%s', (_, of, asked, there, owned, need) => {
    const byName = (name: string) => there.find(({ metadata }) => metadata.name === name);
    expect(neededClaim(of, { name: '', ...asked }, byName, owned)).toEqual(need);
  });

  it('has its labels, and a name of both that is short enough', () => {
    const template = settled(ResourceClaimTemplate, {
      metadata: { name: 't' },
      spec: { metadata: { labels: { a: 'b' }, annotations: { c: 'd' } }, spec: { devices: { requests: [] } } },
    });
    expect(claimFromTemplate(pod({}), 'gpu', template).metadata).toEqual({
      generateName: 'p-gpu-',
      labels: { a: 'b' },
      annotations: { c: 'd', [CLAIM_OF_POD]: 'gpu' },
    });
    const long = claimFromTemplate(pod({ name: 'p'.repeat(60) }), 'c'.repeat(40), template).metadata?.generateName;
    expect(long).toBe(`${'p'.repeat(33)}-${'c'.repeat(22)}`);
  });
});
