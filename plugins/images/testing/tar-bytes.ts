import { Header } from 'tar';

/** A member of a tar stream that a test makes by hand, hostile ones included. */
export interface TarMember {
  readonly path: string;
  readonly type?: 'File' | 'Directory' | 'Link' | 'SymbolicLink' | 'CharacterDevice' | 'BlockDevice' | 'FIFO';
  readonly content?: string | Buffer;
  readonly target?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly device?: readonly [number, number];
  /** PAX records, `SCHILY.xattr.` ones too. */
  readonly pax?: Readonly<Record<string, string>>;
  /** What the header claims instead of the content's length. */
  readonly claimedSize?: number;
}

export function tarBytes(members: readonly TarMember[]): Buffer {
  return Buffer.concat([...members.map(memberBytes), Buffer.alloc(1024)]);
}

const padded = (content: Buffer): Buffer =>
  Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);

function memberBytes(member: TarMember): Buffer {
  const content = Buffer.from(member.content ?? '');
  const header = new Header({
    path: member.path,
    type: member.type ?? 'File',
    mode: member.mode ?? (member.type === 'Directory' ? 0o755 : 0o644),
    uid: member.uid ?? 0,
    gid: 0,
    size: member.claimedSize ?? content.length,
    mtime: new Date(1_000_000_000_000),
    ...(member.target === undefined ? {} : { linkpath: member.target }),
    ...(member.device === undefined ? {} : { devmaj: member.device[0], devmin: member.device[1] }),
  });
  const block = Buffer.alloc(512);
  header.encode(block);
  const pax = Object.entries(member.pax ?? {}).map(([key, value]) => paxRecord(key, value));
  if (pax.length === 0) return Buffer.concat([block, padded(content)]);
  const records = Buffer.concat(pax);
  const extended = Buffer.alloc(512);
  new Header({ path: 'pax', type: 'ExtendedHeader', mode: 0o644, size: records.length }).encode(extended);
  return Buffer.concat([extended, padded(records), block, padded(content)]);
}

function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length += 1;
  return Buffer.from(`${length}${rest}`);
}
