import { native } from '../../native/index.ts';
import { ImageError, type ResolvedUser } from './contract.ts';
import { IMAGE_LIMITS } from './limits.ts';

/** `user[:group]`, names or numbers, as the image's own passwd and group files say. */
export async function resolveUser(lowerDirs: readonly string[], user: string): Promise<ResolvedUser> {
  const [passwd, group] = await Promise.all([
    accountFile(lowerDirs, 'etc/passwd'),
    accountFile(lowerDirs, 'etc/group'),
  ]);
  return planUser(user, passwd, group);
}

async function accountFile(lowerDirs: readonly string[], path: string): Promise<string> {
  try {
    return (await native().readLayeredFile(lowerDirs, path, IMAGE_LIMITS.accountFileBytes)).toString('utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw new ImageError('ImageInspectError', `the image's ${path} cannot be read: ${String(code)}`, { cause: error });
  }
}

/**
 * Names are looked up, numbers need no entry. A number beyond 2^31-1 is refused and never wraps around
 * to root (CVE-2024-40635), and an entry that is itself named by a number is no way around that
 * (CVE-2026-46680). An empty user is root.
 */
export function planUser(user: string, passwdText: string, groupText: string): ResolvedUser {
  const [userPart, groupPart] = splitOnce(user);
  const passwd = parsePasswd(passwdText);
  const groups = parseGroup(groupText);
  const number = userPart === '' ? 0 : parseId(userPart, user);
  const entry = passwd.find(({ name, uid }) => (number === undefined ? name === userPart : uid === number));
  const uid = number ?? entry?.uid;
  if (uid === undefined) throw complain(`unable to find user ${userPart}: no matching entries in passwd file`);
  const gid = groupPart === undefined || groupPart === '' ? (entry?.gid ?? 0) : groupId(groupPart, groups, user);
  const supplementalGroups = groups
    .filter(({ members }) => entry !== undefined && members.includes(entry.name))
    .map(group => group.gid);
  const extra = [...new Set(supplementalGroups)].filter(id => id !== gid);
  return { uid, gid, supplementalGroups: extra, home: entry?.home || '/' };
}

const MAX_ID = 2 ** 31 - 1;

const complain = (message: string): ImageError => new ImageError('ImageInspectError', message);

function splitOnce(user: string): readonly [string, string?] {
  const colon = user.indexOf(':');
  return colon < 0 ? [user] : [user.slice(0, colon), user.slice(colon + 1)];
}

function groupId(part: string, groups: readonly GroupEntry[], user: string): number {
  const id = parseId(part, user) ?? groups.find(({ name }) => name === part)?.gid;
  if (id === undefined) throw complain(`unable to find group ${part}: no matching entries in group file`);
  return id;
}

/** Undefined when it is a name. */
function parseId(text: string, user: string): number | undefined {
  if (!/^[+-]?[0-9]/.test(text) || !/^[+-]?[0-9]+$/.test(text)) return undefined;
  const id = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(id <= MAX_ID))
    throw complain(`invalid user ${JSON.stringify(user.slice(0, 100))}: ids must be in range 0-${MAX_ID}`);
  return id;
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}
interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** Entries with ids out of range are as good as absent. */
const validId = (text: string | undefined): number => {
  const id = text !== undefined && /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return id <= MAX_ID ? id : Number.NaN;
};

function parsePasswd(text: string): readonly PasswdEntry[] {
  return text.split('\n').flatMap(line => {
    const [name = '', , uid, gid, , home = ''] = line.trim().split(':');
    const entry = { name, uid: validId(uid), gid: validId(gid), home };
    return name === '' || Number.isNaN(entry.uid) || Number.isNaN(entry.gid) ? [] : [entry];
  });
}

function parseGroup(text: string): readonly GroupEntry[] {
  return text.split('\n').flatMap(line => {
    const [name = '', , gid, members = ''] = line.trim().split(':');
    const entry = { name, gid: validId(gid), members: members.split(',') };
    return name === '' || Number.isNaN(entry.gid) ? [] : [entry];
  });
}
