import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { Secret } from '../../kinds/core/v1/secret.ts';
import { OwnerGraph, type GraphNode } from './owner-graph.ts';
import { blockersOf, planCollection, type OwnerState } from './plan-collection.ts';

const object = (uid: string, owners: readonly string[], more: object = {}): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: uid,
    namespace: 'default',
    uid,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ownerReferences: owners.map(owner => ({
      apiVersion: 'v1',
      kind: 'Secret',
      name: owner,
      uid: owner,
      blockOwnerDeletion: true,
    })),
    ...more,
  },
});
const foreground = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['foregroundDeletion'] };

describe('planCollection', () => {
  const node = (awaitsDependents: boolean): GraphNode => ({ awaitsDependents }) as unknown as GraphNode;
  const states = (...given: readonly (readonly [string, OwnerState])[]) => new Map(given);
  it.each([
    ['no owners', object('x', []), states(), [], { do: 'nothing' }],
    ['an owner is there', object('x', ['a']), states(['a', 'present']), [], { do: 'nothing' }],
    [
      'one of two is there',
      object('x', ['a', 'b']),
      states(['a', 'present'], ['b', 'absent']),
      [],
      { do: 'release', owners: ['b'] },
    ],
    [
      'none is there',
      object('x', ['a']),
      states(['a', 'absent']),
      [],
      { do: 'delete', policy: 'Background', unblock: false },
    ],
    [
      'its owner waits for it',
      object('x', ['a']),
      states(['a', 'awaits-dependents']),
      [],
      { do: 'delete', policy: 'Background', unblock: false },
    ],
    [
      'and it has dependents',
      object('x', ['a']),
      states(['a', 'awaits-dependents']),
      [node(false)],
      { do: 'delete', policy: 'Foreground', unblock: false },
    ],
    [
      'that wait in a circle',
      object('x', ['a']),
      states(['a', 'awaits-dependents']),
      [node(true)],
      { do: 'delete', policy: 'Foreground', unblock: true },
    ],
    [
      'it orphans its own',
      object('x', ['a'], { finalizers: ['orphan'] }),
      states(['a', 'absent']),
      [],
      { do: 'delete', policy: 'Orphan', unblock: false },
    ],
  ])('%s', (_, { metadata }, ownerStates, dependents, expected) => {
    expect(planCollection(metadata, ownerStates, dependents)).toEqual(expected);
  });
});

describe('OwnerGraph', () => {
  it('asks for a look at dependents when their owner goes, and at no others', () => {
    const graph = new OwnerGraph();
    graph.put(Secret, object('owner', []));
    expect(graph.put(Secret, object('child', ['owner'])).inspect).toEqual(['child']);
    graph.put(Secret, object('other', []));
    expect(graph.put(Secret, object('child', ['owner'], { labels: { a: 'b' } })).inspect).toEqual([]);
    expect(graph.drop('owner').inspect).toEqual(['child']);
    graph.drop('child');
    graph.drop('other');
    expect(graph.size).toBe(0);
  });

  it('lets a foreground deletion go on as its dependents go', () => {
    const graph = new OwnerGraph();
    graph.put(Secret, object('owner', []));
    graph.put(Secret, object('child', ['owner']));
    expect(graph.put(Secret, object('owner', [], foreground)).inspect).toEqual(['owner', 'child']);
    expect(blockersOf('owner', graph.dependentsOf('owner')).map(({ uid }) => uid)).toEqual(['child']);
    expect(graph.drop('child').inspect).toEqual(['owner']);
    expect(blockersOf('owner', graph.dependentsOf('owner'))).toEqual([]);
  });

  it('knows dependents that came before their owner', () => {
    const graph = new OwnerGraph();
    graph.put(Secret, object('child', ['owner']));
    graph.put(Secret, object('owner', []));
    expect(graph.dependentsOf('owner').map(({ uid }) => uid)).toEqual(['child']);
  });
});
