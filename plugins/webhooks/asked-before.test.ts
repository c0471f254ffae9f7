import { expect, it } from 'vitest';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Passage } from '../apiserver/contract.ts';
import { AskedBefore } from './asked-before.ts';

const first: Passage = { isSecond: false, lookAgain: () => undefined };
const second: Passage = { ...first, isSecond: true };
const object = (name: string): AnyObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, uid: '', resourceVersion: '', creationTimestamp: '' },
});

function asked(meanwhile: string): readonly string[] {
  const before = new AskedBefore<string>();
  before.enter(first, object('a'));
  before.add('early');
  before.changed();
  before.add('late');
  before.leave(object('b'));
  before.enter(second, object(meanwhile));
  return ['early', 'late', 'never'].filter(who => before.isDue(second, who));
}

it('who was asked before a change is asked again', () => {
  expect(asked('b')).toEqual(['early']);
});

it('all who were are, where others changed the object since', () => {
  expect(asked('c')).toEqual(['early', 'late']);
});

it('everyone is asked the first time', () => {
  expect(new AskedBefore<string>().isDue(first, 'anyone')).toBe(true);
});
