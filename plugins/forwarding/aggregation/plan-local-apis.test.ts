import { expect, it } from 'vitest';
import type { APIService } from '../../kinds/apiregistration/v1/api-service.ts';
import { MANAGED_LABEL, planLocalApis, specOfApi, type LocalApi } from './plan-local-apis.ts';

const api = (sync: LocalApi['sync']): LocalApi => ({
  group: 'g.io',
  version: 'v1',
  priority: { group: 1000, version: 100 },
  sync,
});
const there = (managed: string | undefined, spec: object = {}): APIService =>
  ({
    metadata: { name: 'v1.g.io', labels: managed === undefined ? {} : { [MANAGED_LABEL]: managed } },
    spec: { ...specOfApi(api('true')), ...spec },
  }) as unknown as APIService;
const OTHER = { versionPriority: 7 };
const THEIRS = { service: { namespace: 'a', name: 's', port: 443 } };

it.each<[string, LocalApi['sync'] | 'none', APIService | undefined, boolean, readonly string[]]>([
  ['nothing wanted, nothing there', 'none', undefined, false, []],
  ['missing', 'onstart', undefined, false, ['create']],
  ['removed by a user', 'onstart', undefined, true, []],
  ['a defined one that was removed', 'true', undefined, true, ['create']],
  ['left again by another server', 'yielding', undefined, true, ['create']],
  ['not ours', 'true', there(undefined, OTHER), false, []],
  ['of an older release', 'onstart', there('onstart', OTHER), false, ['update']],
  ['changed by a user', 'onstart', there('onstart', OTHER), true, []],
  ['a defined one that was changed', 'true', there('true', OTHER), true, ['update']],
  ['as it should be', 'true', there('true'), true, []],
  ['no longer defined', 'none', there('true'), true, ['delete']],
  ['no longer built in', 'none', there('onstart'), false, ['delete']],
  ['taken over by another server', 'yielding', there('true', THEIRS), true, []],
  ['changed while it is ours', 'yielding', there('true', OTHER), true, ['update']],
])('%s', (_case, sync, present, isDone, expected) => {
  const name = new Set(['v1.g.io']);
  const wanted = sync === 'none' ? [] : [api(sync)];
  const acts = planLocalApis(wanted, present === undefined ? [] : [present], isDone ? name : new Set(), name);
  expect(acts.map(({ type }) => type)).toEqual(expected);
});

it('leaves alone what calls itself managed and was made later', () => {
  expect(planLocalApis([], [there('onstart')], new Set(), new Set())).toEqual([]);
});
