import { CANARY, type HostileLayer, inside, UP_TO_CANARY } from './hostile-layer.ts';
import { extendedHeader, TYPE_AT, type TarMember } from './tar-bytes.ts';

const link = (path: string, target: string): TarMember => ({ path, type: 'SymbolicLink', target });
const longLink = (path: string, target: string): TarMember => ({
  path,
  type: 'SymbolicLink',
  pax: { linkpath: target },
});
const hard = (path: string, target: string): TarMember => ({ path, type: 'Link', target });
const longHard = (path: string, target: string): TarMember => ({ path, type: 'Link', pax: { linkpath: target } });
const directory = (path: string, mode = 0o755): TarMember => ({ path, type: 'Directory', mode });
const evil = (path: string, mode = 0o777): TarMember => ({ path, content: 'evil', mode });
const long = (path: string): TarMember => ({ path: 'x', content: 'evil', pax: { path } });
const escape = { refused: 'Escape', says: "leaves the layer's root" } as const;
const noFile = { refused: 'Malformed', says: 'which is no file of this layer' } as const;

/** Names that climb. */
const names: readonly HostileLayer[] = [
  { name: 'an absolute name', members: [long(`${CANARY}/file`)], outcome: { tree: inside('file=evil') } },
  { name: 'many slashes', members: [evil('///etc////x')], outcome: { tree: ['etc/', 'etc/x=evil'] } },
  { name: 'a name of dots', members: [long(`${UP_TO_CANARY}/file`)], outcome: escape },
  { name: 'dots in the middle', members: [evil('a/../../x')], outcome: escape },
  { name: 'dots that stay inside', members: [evil('a/../b/./x')], outcome: { tree: ['b/', 'b/x=evil'] } },
  { name: 'an absolute name of dots', members: [evil('/../x')], outcome: escape },
  {
    name: 'dots at the end',
    members: [evil('a/..')],
    outcome: { refused: 'Escape', says: "replace the layer's root" },
  },
  { name: 'a directory of dots', members: [directory('../')], outcome: escape },
  { name: 'a directory of dots made writable', members: [directory('../../', 0o777)], outcome: escape },
  { name: 'a PAX path of dots', members: [{ path: 'x', pax: { path: '../x' } }], outcome: escape },
  { name: 'a GNU long name of dots', members: [extendedHeader('../x\0', 'L'), evil('x')], outcome: escape },
  {
    name: 'a ustar prefix of dots',
    members: [{ ...evil('x'), patch: { 345: '../..' } }],
    outcome: escape,
  },
  {
    name: 'its root replaced by a link',
    members: [link('./', CANARY)],
    outcome: { refused: 'Escape', says: "replace the layer's root" },
  },
  {
    name: 'its root replaced by a link without a name',
    members: [{ ...link('x', CANARY), patch: { 0: '\0' } }],
    outcome: { refused: 'Escape', says: "replace the layer's root" },
  },
  {
    name: 'its root replaced by a file',
    members: [{ path: '/', patch: { [TYPE_AT]: '0', 0: '.\0' } }],
    outcome: { refused: 'Escape', says: "replace the layer's root" },
  },
];

/** Symbolic links, and what is written through them. */
const links: readonly HostileLayer[] = [
  {
    name: 'a file through an absolute link',
    members: [link('out', CANARY), evil('out/file')],
    outcome: { tree: [`out -> ${CANARY}`, ...inside('file=evil')] },
  },
  {
    name: 'a file through a link of dots',
    members: [longLink('out', UP_TO_CANARY), evil('out/new')],
    outcome: { tree: [`out -> ${UP_TO_CANARY}`, ...inside('new=evil')] },
  },
  {
    name: 'a file through two absolute links',
    members: [link('one', CANARY), link('two', '/one'), evil('two/new')],
    outcome: { tree: [`one -> ${CANARY}`, 'two -> /one', ...inside('new=evil')] },
  },
  {
    name: 'a file through two relative links',
    members: [longLink('a/one', UP_TO_CANARY), link('b', 'a/one'), evil('b/new')],
    outcome: { tree: ['a/', `a/one -> ${UP_TO_CANARY}`, 'b -> a/one', ...inside('new=evil')] },
  },
  {
    name: 'a link to the root and down again',
    members: [link('root', '/'), evil(`root${CANARY}/file`)],
    outcome: { tree: ['root -> /', ...inside('file=evil')] },
  },
  {
    name: 'a link to its own parent',
    members: [link('d/up', '..'), link('d/up/up2', '..'), evil('up2/x')],
    outcome: { tree: ['d/', 'd/up -> ..', 'up2 -> ..', 'x=evil'] },
  },
  {
    name: 'a file in place of a link',
    members: [link('f', `${CANARY}/file`), evil('f')],
    outcome: { tree: ['f=evil'] },
  },
  {
    name: 'an empty file in place of a link',
    members: [link('f', `${CANARY}/new`), { path: 'f', content: '' }],
    outcome: { tree: ['f='] },
  },
  {
    name: 'a link that ends in a slash',
    members: [link('out', `${CANARY}/`), evil('out/file')],
    outcome: { tree: [`out -> ${CANARY}/`, ...inside('file=evil')] },
  },
  {
    name: 'a link with a slash at the end of its own name',
    members: [link('out/', CANARY), evil('out/file')],
    outcome: { tree: [`out -> ${CANARY}`, ...inside('file=evil')] },
  },
  {
    name: 'a directory in place of a link',
    members: [link('out', CANARY), directory('out', 0o777), evil('out/file')],
    outcome: { tree: ['out/', 'out/file=evil'] },
  },
  {
    name: 'a link in place of a directory',
    members: [evil('d/file'), link('d', CANARY), evil('d/file')],
    outcome: { tree: [`d -> ${CANARY}`, ...inside('file=evil')] },
  },
  {
    name: 'a link of dots in place of a directory',
    members: [directory('d'), longLink('d', UP_TO_CANARY), directory('d/dir', 0o777)],
    outcome: { tree: [`d -> ${UP_TO_CANARY}`, ...inside('dir/')] },
  },
  {
    name: 'directory and link by turns, with a hard link through them',
    members: [link('d', CANARY), directory('d'), link('d', CANARY), hard('h', 'd/file')],
    outcome: noFile,
  },
  {
    name: 'a directory that is a link of a layer below',
    below: [[link('etc', CANARY)]],
    members: [evil('etc/file')],
    outcome: { tree: inside('file=evil') },
  },
  {
    name: 'a link below to a link above, back and forth',
    below: [[link('a', '/b')]],
    members: [link('b', CANARY), evil('a/file')],
    outcome: { tree: [`b -> ${CANARY}`, ...inside('file=evil')] },
  },
  {
    name: 'a link of a layer below, whose end is a link of the layer itself',
    below: [[link('srv', 'data'), directory('data')]],
    members: [longLink('data', UP_TO_CANARY), evil('srv/new')],
    outcome: { tree: [`data -> ${UP_TO_CANARY}`, ...inside('new=evil')] },
  },
  {
    name: 'links that lead nowhere but to each other',
    members: [link('a', 'b'), link('b', 'a'), evil('a/file')],
    outcome: { refused: 'Malformed', says: 'goes through too many links' },
  },
  {
    name: 'a path through a file',
    members: [evil('f'), evil('f/x')],
    outcome: { refused: 'Malformed', says: 'which is no directory' },
  },
  {
    name: "a link into the unpacker's own process",
    members: [link('self', '/proc/self/root'), evil('self/etc/x')],
    outcome: {
      tree: [
        'proc/',
        'proc/self/',
        'proc/self/root/',
        'proc/self/root/etc/',
        'proc/self/root/etc/x=evil',
        'self -> /proc/self/root',
      ],
    },
  },
  {
    name: 'a link to the cwd of another process',
    members: [link('cwd', '/proc/1/cwd'), evil('cwd/x')],
    outcome: { tree: ['cwd -> /proc/1/cwd', 'proc/', 'proc/1/', 'proc/1/cwd/', 'proc/1/cwd/x=evil'] },
  },
];

/** Hard links. */
const hardLinks: readonly HostileLayer[] = [
  { name: 'a hard link to outside by dots', members: [longHard('h', `${UP_TO_CANARY}/file`)], outcome: escape },
  { name: 'a hard link to outside by an absolute name', members: [hard('h', `${CANARY}/file`)], outcome: noFile },
  {
    name: 'a hard link up and out of a directory',
    members: [directory('d'), hard('d/h', '../../file')],
    outcome: escape,
  },
  {
    name: 'a hard link through an absolute link',
    members: [link('out', CANARY), hard('h', 'out/file')],
    outcome: noFile,
  },
  {
    name: 'a hard link through a link of dots',
    members: [longLink('out', UP_TO_CANARY), hard('h', 'out/file')],
    outcome: noFile,
  },
  {
    name: 'a hard link to a link, then written to',
    members: [link('l', `${CANARY}/file`), hard('h', 'l'), evil('h')],
    outcome: { tree: ['h=evil', `l -> ${CANARY}/file`] },
  },
  {
    name: 'a hard link to a link, then made writable',
    members: [longLink('l', `${UP_TO_CANARY}/file`), hard('h', 'l')],
    outcome: { tree: [`h -> ${UP_TO_CANARY}/file`, `l -> ${UP_TO_CANARY}/file`] },
  },
  {
    name: 'a directory over a hard link to a link',
    members: [link('l', CANARY), hard('h', 'l'), directory('h', 0o777), evil('h/file')],
    outcome: { tree: ['h/', 'h/file=evil', `l -> ${CANARY}`] },
  },
  { name: 'a hard link to a later entry', members: [hard('h', 'later'), evil('later')], outcome: noFile },
  { name: 'a hard link to itself', members: [hard('h', 'h')], outcome: noFile },
  {
    name: 'a hard link over the file it names',
    members: [evil('f'), hard('f', 'f'), hard('./f', '/f')],
    outcome: { tree: ['f=evil'] },
  },
  { name: 'a hard link to a directory', members: [directory('d'), hard('h', 'd')], outcome: noFile },
  {
    name: 'a hard link to the root',
    members: [hard('h', '/')],
    outcome: { refused: 'Malformed', says: "a hard link to the layer's root" },
  },
  {
    name: 'a hard link to a file of a layer below',
    below: [[evil('etc/shadow')]],
    members: [hard('h', 'etc/shadow')],
    outcome: noFile,
  },
  {
    name: 'a hard link to a device',
    members: [{ path: 'd', type: 'BlockDevice', device: [8, 0], mode: 0o600 }, hard('h', 'd')],
    outcome: { tree: ['d b 8:0', 'h b 8:0'] },
  },
  {
    name: 'a hard link with data of its own',
    members: [evil('f'), { ...hard('h', 'f'), claimedSize: 4 }, evil('g')],
    outcome: { tree: ['f=evil', 'g=evil', 'h=evil'] },
  },
];

const noName = { refused: 'Malformed', says: 'names nothing' } as const;

/** Whiteouts. */
const whiteouts: readonly HostileLayer[] = [
  { name: 'a whiteout of dots', members: [{ path: '.wh...' }], outcome: noName },
  { name: 'a whiteout of a dot', members: [{ path: 'd/.wh..' }], outcome: noName },
  { name: 'a whiteout of nothing', members: [{ path: '.wh.' }], outcome: noName },
  { name: 'a whiteout of nothing in a directory', members: [{ path: 'd/.wh.' }], outcome: noName },
  { name: 'a whiteout by dots', members: [{ path: '../.wh.file' }], outcome: escape },
  { name: 'an opaque marker by dots', members: [{ path: '../../.wh..wh..opq' }], outcome: escape },
  {
    name: 'a whiteout through a link',
    members: [link('out', CANARY), { path: 'out/.wh.file' }, { path: 'out/.wh..wh..opq' }],
    outcome: {
      tree: [
        `out -> ${CANARY}`,
        ...inside('file whiteout').map(line => (line === `${CANARY.slice(1)}/` ? `${line} opaque` : line)),
      ],
    },
  },
  {
    name: 'a whiteout of the link itself, then a file through it',
    members: [link('out', CANARY), { path: '.wh.out' }, evil('out/file')],
    outcome: { tree: [`out -> ${CANARY}`, ...inside('file=evil')] },
  },
  {
    name: 'a whiteout of a link of a layer below, then a file there',
    below: [[link('out', CANARY)]],
    members: [{ path: '.wh.out' }, evil('out/file')],
    outcome: { tree: ['out/ opaque', 'out/file=evil'] },
  },
  {
    name: 'a directory named as a whiteout',
    members: [directory('.wh.x', 0o777), evil('.wh.x/file')],
    outcome: { tree: ['.wh.x/', '.wh.x/file=evil', 'x whiteout'] },
  },
  {
    name: 'a link named as a whiteout',
    members: [link('.wh.x', CANARY)],
    outcome: { tree: ['x whiteout'] },
  },
  {
    name: "AUFS' own files",
    members: [link('.wh..wh.plnk', CANARY), evil('.wh..wh.aufs'), evil('.wh..wh.orph')],
    outcome: { tree: [] },
  },
  {
    name: 'a file behind a whiteout of the same name',
    members: [{ path: '.wh.f' }, evil('f'), { path: '.wh.f' }],
    outcome: { tree: ['f=evil'] },
  },
];

export const ESCAPING_LAYERS: readonly HostileLayer[] = [...names, ...links, ...hardLinks, ...whiteouts];
