import { CANARY, type HostileLayer } from './hostile-layer.ts';
import { extendedHeader, memberBytes, SIZE_AT, type TarMember, TYPE_AT, UID_AT } from './tar-bytes.ts';

const file = (path: string): TarMember => ({ path, content: 'x' });
const malformed = (says: string) => ({ refused: 'Malformed', says }) as const;
const unsupported = (says: string) => ({ refused: 'Unsupported', says }) as const;
const base256 = (bytes: number, ...last: readonly number[]): Buffer => {
  const field = Buffer.alloc(bytes);
  Buffer.from(last).copy(field, bytes - last.length);
  field[0] = (field[0] ?? 0) | 0x80;
  return field;
};

/** Devices and attributes. */
const nodes: readonly HostileLayer[] = [
  {
    name: 'a device that is a whiteout',
    members: [{ path: 'd', type: 'CharacterDevice', device: [0, 0] }],
    outcome: unsupported('device 0:0'),
  },
  {
    name: 'a device that becomes a whiteout by its PAX size and name',
    members: [{ path: 'x', type: 'CharacterDevice', device: [0, 0], pax: { path: 'etc/passwd', size: '0' } }],
    outcome: unsupported('device 0:0'),
  },
  {
    name: "a host's disk and memory",
    members: [
      { path: 'sda', type: 'BlockDevice', device: [8, 0], mode: 0o666 },
      { path: 'mem', type: 'CharacterDevice', device: [1, 1], mode: 0o666 },
    ],
    outcome: { tree: ['mem c 1:1', 'sda b 8:0'] },
  },
  {
    name: 'a block device 0:0',
    members: [{ path: 'b', type: 'BlockDevice', device: [0, 0] }],
    outcome: { tree: ['b b 0:0'] },
  },
  {
    name: 'a device with a negative number',
    members: [{ path: 'd', type: 'CharacterDevice', device: [1, 1], patch: { 329: Buffer.alloc(8, 0xff) } }],
    outcome: malformed('device number'),
  },
  {
    name: 'a FIFO, and a file over it',
    members: [{ path: 'p', type: 'FIFO' }, file('p'), { path: 'q', type: 'FIFO' }],
    outcome: { tree: ['p=x', 'q |'] },
  },
  {
    name: 'a file over a device, and a directory over that',
    members: [{ path: 'd', type: 'BlockDevice', device: [8, 0] }, file('d'), { path: 'd', type: 'Directory' }],
    outcome: { tree: ['d/'] },
  },
  {
    name: "overlayfs' own attributes",
    members: [{ path: 'd', pax: { 'SCHILY.xattr.trusted.overlay.redirect': '/' } }],
    outcome: unsupported('trusted.overlay.redirect'),
  },
  {
    name: "overlayfs' own attributes on its root",
    members: [{ path: './', type: 'Directory', pax: { 'SCHILY.xattr.trusted.overlay.opaque': 'y' } }],
    outcome: unsupported('trusted.overlay.opaque'),
  },
  {
    name: "overlayfs' own attributes, escaped",
    members: [{ path: 'd', type: 'Directory', pax: { 'SCHILY.xattr.trusted.overlay.overlay.opaque': 'y' } }],
    outcome: unsupported('trusted.overlay.overlay.opaque'),
  },
  {
    name: 'an attribute without a name',
    members: [{ path: 'f', pax: { 'SCHILY.xattr.': 'x' } }],
    outcome: malformed('sets the attribute'),
  },
  {
    name: 'an attribute with a name beyond every limit',
    members: [{ path: 'f', pax: { [`SCHILY.xattr.user.${'n'.repeat(300)}`]: 'x' } }],
    outcome: malformed('sets the attribute'),
  },
  {
    name: 'an attribute of 128 KiB',
    members: [{ path: 'f', pax: { 'SCHILY.xattr.user.big': 'x'.repeat(128 << 10) } }],
    outcome: malformed('sets the attribute'),
  },
  {
    name: 'an attribute of a namespace that is none',
    members: [{ path: 'f', pax: { 'SCHILY.xattr.nonsense': 'x' } }],
    outcome: { tree: ['f='] },
  },
  {
    name: 'an access list that is noise',
    members: [{ path: 'f', pax: { 'SCHILY.xattr.system.posix_acl_access': 'noise' } }],
    outcome: { tree: ['f='] },
  },
  {
    name: 'capabilities that are noise',
    members: [{ path: 'f', pax: { 'SCHILY.xattr.security.capability': 'noise' } }],
    outcome: malformed('sets the attribute'),
  },
];

/** PAX records and GNU's headers. */
const records: readonly HostileLayer[] = [
  {
    name: 'a PAX record without a length',
    members: [{ path: 'f', rawPax: 'path=x\n' }],
    outcome: malformed('PAX record'),
  },
  {
    name: 'a PAX record of length 0',
    members: [{ path: 'f', rawPax: '0 path=x\n' }],
    outcome: malformed('not as long'),
  },
  { name: 'a PAX record too long', members: [{ path: 'f', rawPax: '99 path=x\n' }], outcome: malformed('not as long') },
  { name: 'a PAX record too short', members: [{ path: 'f', rawPax: '5 path=x\n' }], outcome: malformed('not as long') },
  {
    name: 'a PAX length that overflows',
    members: [{ path: 'f', rawPax: '18446744073709551627 path=x\n' }],
    outcome: malformed('not a number'),
  },
  {
    name: 'a negative PAX length',
    members: [{ path: 'f', rawPax: '-10 path=x\n' }],
    outcome: malformed('not a number'),
  },
  { name: 'a PAX record without a key', members: [{ path: 'f', rawPax: '6 =ab\n' }], outcome: malformed('has no key') },
  {
    name: 'a PAX record without a newline',
    members: [{ path: 'f', rawPax: '10 path=xy' }],
    outcome: malformed('not as long'),
  },
  {
    name: 'a NUL in a PAX path',
    members: [{ path: 'f', pax: { path: `x\0${CANARY}` } }],
    outcome: malformed('holds a NUL'),
  },
  {
    name: 'a NUL in a PAX link',
    members: [{ path: 'f', type: 'SymbolicLink', pax: { linkpath: 'x\0y' } }],
    outcome: malformed('holds a NUL'),
  },
  {
    name: 'an empty PAX path',
    members: [{ path: 'f', pax: { path: '' } }],
    outcome: { refused: 'Escape', says: "replace the layer's root" },
  },
  {
    name: 'a link to nothing',
    members: [{ path: 'l', type: 'SymbolicLink', target: '' }],
    outcome: malformed('symbolic link to nothing'),
  },
  {
    name: 'a link longer than a path may be',
    members: [{ path: 'l', type: 'SymbolicLink', pax: { linkpath: 'x'.repeat(4096) } }],
    outcome: malformed('symbolic link to nothing'),
  },
  {
    name: 'two PAX headers, the later one right',
    members: [
      extendedHeader('17 path=../../xyz\n'.replace('17', '18')),
      { path: 'f', content: 'x', pax: { path: 'g' } },
    ],
    outcome: { tree: ['g=x'] },
  },
  {
    name: 'a PAX header for all members, with a name in it',
    members: [extendedHeader('12 path=../x\n'.replace('12', '13'), 'g'), file('f'), file('g')],
    outcome: { tree: ['f=x', 'g=x'] },
  },
  {
    name: 'a PAX header of 2 MiB',
    members: [{ path: 'f', rawPax: Buffer.alloc(2 << 20) }],
    outcome: malformed('larger than 1 MiB'),
  },
  {
    name: 'a GNU long name of 2 MiB',
    members: [extendedHeader(Buffer.alloc(2 << 20, 'n'), 'L'), file('f')],
    outcome: malformed('larger than 1 MiB'),
  },
  {
    name: 'GNU long names without end',
    members: [...Array.from({ length: 50 }, () => extendedHeader('name\0', 'L')), file('f')],
    outcome: malformed('too many extended headers'),
  },
  {
    name: 'an extended header and nothing behind it',
    members: [extendedHeader('9 path=f\n')],
    outcome: { tree: [] },
  },
  {
    name: 'a PAX size beyond its data',
    members: [{ path: 'f', content: 'x', pax: { size: '999999' } }],
    outcome: { refused: 'Truncated', says: 'ends inside an entry' },
  },
  {
    name: 'a PAX size short of its data, another member hidden in it',
    members: [{ path: 'f', content: Buffer.concat([memberBytes(file('hidden'))]), pax: { size: '0' } }],
    outcome: { tree: ['f=', 'hidden=x'] },
  },
  { name: 'a negative PAX size', members: [{ path: 'f', pax: { size: '-1' } }], outcome: malformed('not a number') },
  {
    name: 'a PAX size of 2^63',
    members: [{ path: 'f', pax: { size: '9223372036854775808' } }],
    outcome: malformed('not a number'),
  },
  { name: 'a user id that wraps', members: [{ path: 'f', pax: { uid: '4294967296' } }], outcome: malformed('uid') },
  { name: 'a user id of -1', members: [{ path: 'f', pax: { uid: '4294967295' } }], outcome: malformed('uid') },
  { name: 'a group id that is a name', members: [{ path: 'f', pax: { gid: 'root' } }], outcome: malformed('gid') },
  { name: 'a time that is none', members: [{ path: 'f', pax: { mtime: '1e9' } }], outcome: malformed('mtime') },
  {
    name: 'times at both ends of everything',
    members: [
      { path: 'late', pax: { mtime: '999999999999999999' } },
      { path: 'early', pax: { mtime: '-999999999999999999.999999999' } },
    ],
    outcome: { tree: ['early=', 'late='] },
  },
  {
    name: 'a sparse member of PAX',
    members: [
      { path: 's', pax: { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '1099511627776' } },
    ],
    outcome: unsupported('sparse'),
  },
  {
    name: 'a sparse member of GNU tar',
    members: [{ ...file('s'), patch: { [TYPE_AT]: 'S' } }],
    outcome: unsupported('has the type "S"'),
  },
  {
    name: 'a volume label',
    members: [{ ...file('v'), patch: { [TYPE_AT]: 'V' } }],
    outcome: unsupported('has the type "V"'),
  },
  {
    name: 'a multi-volume member',
    members: [{ ...file('m'), patch: { [TYPE_AT]: 'M' } }],
    outcome: unsupported('has the type "M"'),
  },
  {
    name: 'a dumped directory',
    members: [{ ...file('d'), patch: { [TYPE_AT]: 'D' } }],
    outcome: unsupported('has the type "D"'),
  },
  {
    name: 'a type that is a control character',
    members: [{ ...file('f'), patch: { [TYPE_AT]: '\x1b' } }],
    outcome: unsupported('has the type "\\x1b"'),
  },
];

/** Numbers, names and the stream itself. */
const headers: readonly HostileLayer[] = [
  {
    name: 'a negative size',
    members: [{ ...file('f'), patch: { [SIZE_AT]: Buffer.alloc(12, 0xff) } }],
    outcome: malformed('size is negative'),
  },
  {
    name: 'a size of 2^63',
    members: [{ ...file('f'), patch: { [SIZE_AT]: base256(12, 0x80, 0, 0, 0, 0, 0, 0, 0) } }],
    outcome: malformed('out of range'),
  },
  {
    name: 'a size of -2^88',
    members: [{ ...file('f'), patch: { [SIZE_AT]: base256(12, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) } }],
    outcome: malformed('out of range'),
  },
  {
    name: 'a size that is no number',
    members: [{ ...file('f'), patch: { [SIZE_AT]: '12x' } }],
    outcome: malformed('not octal'),
  },
  {
    name: 'a size beyond all that follows',
    members: [{ ...file('f'), claimedSize: 1_000_000 }],
    outcome: { refused: 'Truncated', says: 'ends inside an entry' },
  },
  {
    name: 'a negative user id',
    members: [{ ...file('f'), patch: { [UID_AT]: Buffer.alloc(8, 0xff) } }],
    outcome: malformed('uid'),
  },
  {
    name: 'a user id of 2^32',
    members: [{ ...file('f'), patch: { [UID_AT]: base256(8, 1, 0, 0, 0, 0) } }],
    outcome: malformed('uid'),
  },
  {
    name: 'a wrong checksum',
    members: [file('f'), { ...file('g'), wrongChecksum: true }],
    outcome: malformed('checksum'),
  },
  {
    name: 'a header cut short',
    members: [],
    sent: memberBytes(file('f')).subarray(0, 300),
    outcome: { refused: 'Truncated', says: 'inside a tar header' },
  },
  {
    name: 'an entry cut short',
    members: [],
    sent: memberBytes({ path: 'f', content: Buffer.alloc(4096) }).subarray(0, 2048),
    outcome: { refused: 'Truncated', says: 'inside an entry' },
  },
  { name: 'no bytes at all', members: [], sent: Buffer.of(), outcome: { refused: 'BadDigest', says: 'wrong diff id' } },
  { name: 'noise', members: [], sent: Buffer.alloc(4096, 'noise'), outcome: malformed('not octal') },
  {
    name: 'members behind its end',
    members: [file('f'), Buffer.alloc(1024), memberBytes({ path: 'late', content: 'x' })],
    outcome: { tree: ['f=x'] },
  },
  {
    name: 'a path beyond every limit',
    members: [{ path: 'p', pax: { path: 'a/'.repeat(2000) } }],
    outcome: malformed('path above 3072 bytes'),
  },
  {
    name: 'a path of 100,000 directories',
    members: [{ path: 'p', pax: { path: 'a/'.repeat(100_000) } }],
    outcome: malformed('path above 3072 bytes'),
  },
  {
    name: 'a component beyond every limit',
    members: [{ path: 'p', pax: { path: 'n'.repeat(256) } }],
    outcome: malformed('name above 255 bytes'),
  },
  {
    name: 'names that are no UTF-8, control characters and look-alikes',
    members: [
      { ...file('f'), patch: { 0: Buffer.from([0xff, 0xfe, 0x80]) } },
      { path: 'f', content: 'x', pax: { path: 'a\nb\x1b[2J' } },
      { path: 'f', content: 'x', pax: { path: '\u00e9' } },
      { path: 'f', content: 'x', pax: { path: 'e\u0301' } },
    ],
    outcome: { tree: ['\xff\xfe\x80=x', 'a\nb\x1b[2J=x', '\xc3\xa9=x', 'e\xcc\x81=x'] },
  },
  {
    name: 'one file a hundred times',
    members: Array.from({ length: 100 }, (_, i) => ({ path: 'f', content: String(i) })),
    outcome: { tree: ['f=99'] },
  },
  {
    name: 'a mode with every bit',
    members: [{ ...file('f'), mode: 0o7777, patch: { 100: '7777777\0' } }],
    outcome: { tree: ['f=x'] },
  },
];

export const MALFORMED_LAYERS: readonly HostileLayer[] = [...nodes, ...records, ...headers];
