import type { UserInfo } from '../../../src/api/user-info.ts';

/** On whose behalf a server behind this one is asked, in flat pairs; it believes them by our certificate. */
export function remoteUserHeaders({ name, uid = '', groups, extra = {} }: UserInfo): readonly string[] {
  return [
    'X-Remote-User',
    encoded(name),
    ...(uid === '' ? [] : ['X-Remote-Uid', encoded(uid)]),
    ...groups.flatMap(group => ['X-Remote-Group', encoded(group)]),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.flatMap(value => [`X-Remote-Extra-${escapedKey(key)}`, encoded(value)]),
    ),
  ];
}

/** Bytes of UTF-8, as Go sends them. */
const encoded = (value: string): string => Buffer.from(value).toString('latin1');

/** Bytes that no header's name may hold, and the sign that they are told by; transport's headerKeyEscape. */
const escapedKey = (key: string): string =>
  [...Buffer.from(key)]
    .map(byte => {
      const char = String.fromCharCode(byte);
      return /[!#$&'*+\-.^_`|~0-9A-Za-z]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
