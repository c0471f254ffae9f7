import { describe, expect, it } from 'vitest';
import { planUser } from './resolve-user.ts';

const PASSWD =
  'root:x:0:0:root:/root:/bin/sh\nweb:x:33:44::/srv:/bin/false\n77:x:0:0::/evil:\nbig:x:4294967296:0::/:\n';
const GROUP = 'root:x:0:\nextra:x:200:web,other\nweb:x:44:web\nbroken\nmore:x:300:web\n';

describe('planUser', () => {
  it.each([
    ['', { uid: 0, gid: 0, supplementalGroups: [], home: '/root' }],
    ['web', { uid: 33, gid: 44, supplementalGroups: [200, 300], home: '/srv' }],
    ['33', { uid: 33, gid: 44, supplementalGroups: [200, 300], home: '/srv' }],
    ['web:extra', { uid: 33, gid: 200, supplementalGroups: [44, 300], home: '/srv' }],
    ['web:5', { uid: 33, gid: 5, supplementalGroups: [200, 44, 300], home: '/srv' }],
    ['1000', { uid: 1000, gid: 0, supplementalGroups: [], home: '/' }],
    ['77', { uid: 77, gid: 0, supplementalGroups: [], home: '/' }],
    ['00', { uid: 0, gid: 0, supplementalGroups: [], home: '/root' }],
    ['2147483647', { uid: 2147483647, gid: 0, supplementalGroups: [], home: '/' }],
  ])('%j is %j', (user, expected) => {
    expect(planUser(user, PASSWD, GROUP)).toEqual(expected);
  });

  it.each([
    '2147483648',
    '4294967296',
    '-1',
    '+0',
    '99999999999999999999',
    'web:4294967296',
    'big',
    'nobody',
    'web:none',
    '0x0',
  ])('refuses %j, which must never become root', user => {
    expect(() => planUser(user, PASSWD, GROUP)).toThrow(expect.objectContaining({ reason: 'ImageInspectError' }));
  });

  it('knows numbers without any files', () => {
    expect(planUser('1000:1000', '', '')).toEqual({ uid: 1000, gid: 1000, supplementalGroups: [], home: '/' });
    expect(planUser('', '', '')).toEqual({ uid: 0, gid: 0, supplementalGroups: [], home: '/' });
  });
});
