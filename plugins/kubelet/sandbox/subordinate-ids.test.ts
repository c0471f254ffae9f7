import { describe, expect, it } from 'vitest';
import { subordinateIds, type UserFiles } from './subordinate-ids.ts';

const DEMAND = { idsPerPod: 65_536, maxPods: 110 };
const WHOLE = 110 * 65_536;
const PASSWD = 'root:x:0:0::/root:/bin/sh\nkubelet:x:999:999::/:/usr/sbin/nologin\n';
const files = (subuid: string, more: Partial<UserFiles> = {}): UserFiles => ({
  passwd: PASSWD,
  subuid,
  subgid: subuid,
  ...more,
});

describe('subordinate ids of the user kubelet', () => {
  it('are what pods get, whatever others have', () => {
    const text = `me:100000:65536\nkubelet:131072:${WHOLE}\nkubelets:1:1\n`;
    expect(subordinateIds(files(text), DEMAND)).toEqual({ first: 131_072, count: WHOLE });
  });

  it('count for nothing where there is no such user', () => {
    const passwd = 'kubelet-2:x:999:999::/:/bin/sh\n';
    expect(subordinateIds(files(`kubelet:131072:${WHOLE}\n`, { passwd }), DEMAND)).toBeUndefined();
    expect(subordinateIds({ passwd: '', subuid: '', subgid: '' }, DEMAND)).toBeUndefined();
  });

  it.each([
    ['', 'error retrieving additional ids for user "kubelet"'],
    ['kubelet:x:65536\n', 'error retrieving additional ids for user "kubelet"'],
    [`kubelet:100000:${WHOLE}`, 'kubelet user assigned ID 100000 is not a multiple of 65536'],
    [`kubelet:0:${WHOLE}`, 'kubelet user assigned ID 0 must be greater or equal to 65536'],
    [`kubelet:65536:${WHOLE + 1}`, `kubelet user assigned IDs length ${WHOLE + 1} is not a multiple of 65536`],
    ['kubelet:65536:65536', 'kubelet user assigned IDs are not enough to support 110 pods'],
    [`kubelet:65536:${WHOLE}\nkubelet:0:1`, 'more than one range of subordinate ids for user "kubelet"'],
  ])('%j will not do: %s', (text, message) => {
    expect(() => subordinateIds(files(text), DEMAND)).toThrow(new Error(message));
  });

  it('have to be the same for groups', () => {
    const subgid = `kubelet:131072:${WHOLE}`;
    expect(() => subordinateIds(files(`kubelet:65536:${WHOLE}`, { subgid }), DEMAND)).toThrow(
      'mismatched subuids and subgids for user "kubelet"',
    );
  });
});
