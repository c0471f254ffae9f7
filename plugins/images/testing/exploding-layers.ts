import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { type HostileLayer, layerTar } from './hostile-layer.ts';
import { tarBytes, type TarMember } from './tar-bytes.ts';

/** What the test lets a layer have. */
export const EXPLOSION_BUDGET = { bytes: 4 << 20, inodes: 2000 };

const tooManyBytes = { refused: 'Budget', says: 'the layer' } as const;
const tooManyEntries = { refused: 'Budget', says: 'more than 2000 entries' } as const;
const broken = { refused: 'Malformed', says: 'the layer does not decompress' } as const;
const honest: readonly TarMember[] = [{ path: 'f', content: 'x' }];
const honestTar = tarBytes(honest);
const many = (count: number, member: (i: number) => TarMember): readonly TarMember[] =>
  Array.from({ length: count }, (_, i) => member(i));
const zeros = (bytes: number): readonly TarMember[] => [{ path: 'zeros', content: Buffer.alloc(bytes) }];
const compressed = (name: string, members: readonly TarMember[], compress: (tar: Buffer) => Buffer) => ({
  name,
  members,
  sent: compress(layerTar({ members })),
});

const bytes: readonly HostileLayer[] = [
  { ...compressed('zeros in gzip', zeros(32 << 20), tar => gzipSync(tar)), outcome: tooManyBytes },
  { ...compressed('zeros in zstd', zeros(32 << 20), tar => zstdCompressSync(tar)), outcome: tooManyBytes },
  {
    name: 'a claim of 8 TiB',
    members: [{ path: 'f', patch: { 124: Buffer.from([0x80, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0]) } }],
    outcome: tooManyBytes,
  },
  {
    name: 'files that are each small enough',
    members: many(6, i => ({ path: `f${i}`, content: Buffer.alloc(1 << 20) })),
    outcome: tooManyBytes,
  },
  {
    name: 'one file that is written again and again',
    members: many(6, () => ({ path: 'f', content: Buffer.alloc(1 << 20) })),
    outcome: tooManyBytes,
  },
  {
    ...compressed('an endless tail', honest, tar => gzipSync(Buffer.concat([tar, Buffer.alloc(64 << 20)]))),
    outcome: tooManyBytes,
  },
  {
    ...compressed('many gzip members', honest, tar => {
      const more = gzipSync(Buffer.alloc(8 << 20));
      return Buffer.concat([gzipSync(tar), ...Array.from({ length: 8 }, () => more)]);
    }),
    outcome: tooManyBytes,
  },
  {
    ...compressed('gzip in gzip', honest, tar => gzipSync(gzipSync(tar))),
    outcome: { refused: 'Truncated', says: 'inside a tar header' },
  },
];

const inodes: readonly HostileLayer[] = [
  { name: 'empty files', members: many(3000, i => ({ path: `f${i}` })), outcome: tooManyEntries },
  { name: 'directories', members: many(3000, i => ({ path: `d${i}`, type: 'Directory' })), outcome: tooManyEntries },
  {
    name: 'directories that no entry mentions',
    members: many(300, i => ({ path: `${i}/a/b/c/d/e/f/g/h/f` })),
    outcome: tooManyEntries,
  },
  { name: 'whiteouts', members: many(3000, i => ({ path: `.wh.${i}` })), outcome: tooManyEntries },
  {
    name: 'hard links',
    members: [{ path: 'f' }, ...many(3000, i => ({ path: `h${i}`, type: 'Link', target: 'f' }) as const)],
    outcome: tooManyEntries,
  },
  { name: 'one entry again and again', members: many(3000, () => ({ path: 'f' })), outcome: tooManyEntries },
  {
    name: 'a directory that is filled and thrown away again and again',
    members: Array.from({ length: 10 }, () => [
      { path: 'd', type: 'Directory' } as const,
      ...many(250, i => ({ path: `d/${i}` })),
      { path: 'd' },
    ]).flat(),
    outcome: tooManyEntries,
  },
  {
    name: 'links that double at each step',
    members: [
      ...many(38, i => ({ path: `l${i}`, type: 'SymbolicLink', target: `l${i + 1}/../l${i + 1}` }) as const),
      { path: 'l0/x' },
    ],
    outcome: { refused: 'Malformed', says: 'too many links' },
  },
];

/** A zstd frame that asks for a window of 2 GiB (RFC 8878, 3.1.1.1.2). */
const wideWindow = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]);

const streams: readonly HostileLayer[] = [
  { name: 'a zstd window of 2 GiB', members: honest, sent: wideWindow, outcome: broken },
  { name: 'gzip cut short', members: honest, sent: gzipSync(honestTar).subarray(0, 40), outcome: broken },
  { name: 'zstd cut short', members: honest, sent: zstdCompressSync(honestTar).subarray(0, 20), outcome: broken },
  {
    name: 'gzip with a wrong checksum',
    members: honest,
    sent: ((gzip: Buffer) => Buffer.concat([gzip.subarray(0, -8), Buffer.alloc(8)]))(gzipSync(honestTar)),
    outcome: broken,
  },
  {
    name: 'zstd with a wrong checksum',
    members: honest,
    sent: ((zstd: Buffer) => Buffer.concat([zstd.subarray(0, -4), Buffer.alloc(4)]))(
      zstdCompressSync(honestTar, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    ),
    outcome: broken,
  },
  {
    name: 'a gzip header and nothing behind it',
    members: honest,
    sent: gzipSync(honestTar).subarray(0, 10),
    outcome: broken,
  },
  {
    name: 'another tar than promised',
    members: honest,
    sent: tarBytes([{ path: 'f', content: 'y' }]),
    outcome: { refused: 'BadDigest', says: 'wrong diff id calculated on extraction' },
  },
];

export const EXPLODING_LAYERS: readonly HostileLayer[] = [...bytes, ...inodes, ...streams];
