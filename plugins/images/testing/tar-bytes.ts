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
  /** What the PAX header in front holds, instead of well-formed records. */
  readonly rawPax?: string | Buffer;
  /** What the header claims instead of the content's length. */
  readonly claimedSize?: number;
  /** Bytes put over the finished header at these offsets; the checksum is made right afterwards. */
  readonly patch?: Readonly<Record<number, string | Buffer>>;
  readonly wrongChecksum?: boolean;
}

/** Offsets in a header (pax(1), "ustar Interchange Format"). */
export const TYPE_AT = 156;
export const SIZE_AT = 124;
export const UID_AT = 108;
const CHECKSUM_AT = 148;

export function tarBytes(members: readonly TarMember[]): Buffer {
  return Buffer.concat([...members.map(memberBytes), Buffer.alloc(1024)]);
}

const padded = (content: Buffer): Buffer =>
  Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);

export function memberBytes(member: TarMember): Buffer {
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
  for (const [offset, bytes] of Object.entries(member.patch ?? {})) Buffer.from(bytes).copy(block, Number(offset));
  if (member.patch !== undefined) sign(block);
  if (member.wrongChecksum === true) block[CHECKSUM_AT] = (block[CHECKSUM_AT] ?? 0) ^ 1;
  const records = member.rawPax ?? paxRecords(member.pax ?? {});
  if (records.length === 0) return Buffer.concat([block, padded(content)]);
  return Buffer.concat([extendedHeader(records), block, padded(content)]);
}

/** A PAX header of its own, or with another `flag` what GNU tar puts in front of a member. */
export function extendedHeader(content: string | Buffer, flag = 'x'): Buffer {
  const records = Buffer.from(content);
  const block = Buffer.alloc(512);
  new Header({ path: 'pax', type: 'ExtendedHeader', mode: 0o644, size: records.length }).encode(block);
  block.write(flag, TYPE_AT);
  sign(block);
  return Buffer.concat([block, padded(records)]);
}

function sign(block: Buffer): void {
  block.write('        ', CHECKSUM_AT);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT);
}

const paxRecords = (records: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat(Object.entries(records).map(([key, value]) => paxRecord(key, value)));

function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length += 1;
  return Buffer.from(`${length}${rest}`);
}
