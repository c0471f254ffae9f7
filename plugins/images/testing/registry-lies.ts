import type { IncomingMessage, ServerResponse } from 'node:http';
import { digestOf } from '../digest.ts';
import {
  configOf,
  INDEX_TYPE,
  json,
  LAYER,
  MANIFEST_TYPE,
  part,
  type Part,
  SENT_LAYER,
  type ServedImage,
  servedImage,
} from './image-parts.ts';
import { tarBytes } from './tar-bytes.ts';

/** One lie of a registry, and what the pull says of it. */
export interface RegistryLie {
  readonly name: string;
  readonly image?: ServedImage;
  /** Answers in the place of the image's own bytes; false leaves the request to those. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly says: string;
}

const isManifest = (request: IncomingMessage): boolean => request.url?.includes('/manifests/') ?? false;
const isLayer = (request: IncomingMessage): boolean => request.url?.includes(digestOf(SENT_LAYER)) ?? false;

const documentOf = (manifest: Buffer, type = MANIFEST_TYPE): ServedImage => ({ ...servedImage(), manifest, type });
const withLayer = (change: (layer: Part | undefined) => object): ServedImage =>
  servedImage({ manifest: ({ layers }) => ({ layers: [change(layers[0])] }) });
const withConfig = (config: Buffer): ServedImage => servedImage({ config });
const manyLayers = (count: number): ServedImage =>
  servedImage({ manifest: ({ layers }) => ({ layers: Array.from({ length: count }, () => layers[0]) }) });

/** Indexes in indexes, `depth` of them; the innermost names the honest manifest. */
export function nestedIndexes(depth: number): ServedImage {
  let { manifest } = servedImage();
  const blobs = new Map(servedImage().blobs);
  for (let i = 0; i < depth; i += 1) {
    blobs.set(digestOf(manifest), manifest);
    manifest = json({ schemaVersion: 2, manifests: [part(manifest, i === 0 ? MANIFEST_TYPE : INDEX_TYPE)] });
  }
  return { manifest, type: INDEX_TYPE, blobs };
}

const indexOf = (...manifests: readonly object[]): ServedImage =>
  documentOf(json({ schemaVersion: 2, manifests }), INDEX_TYPE);

const escaping = tarBytes([{ path: '../evil', content: 'x' }]);

/** Documents. */
const documents: readonly RegistryLie[] = [
  { name: 'an HTML page', image: documentOf(Buffer.from('<html>')), says: 'manifest is not JSON' },
  { name: 'an empty manifest', image: documentOf(Buffer.of()), says: 'manifest is not JSON' },
  { name: 'a manifest that is a list', image: documentOf(json([])), says: 'manifest is not an object' },
  { name: 'a manifest that is null', image: documentOf(json(null)), says: 'manifest is not an object' },
  { name: 'a manifest of 5 MiB', image: documentOf(Buffer.alloc(5 << 20, ' ')), says: 'the manifest is larger than' },
  { name: 'brackets without end', image: documentOf(Buffer.alloc(1 << 20, '[')), says: 'manifest is not JSON' },
  {
    name: 'a manifest of another schema',
    image: documentOf(json({ schemaVersion: 1, fsLayers: [] })),
    says: 'manifest.schemaVersion is not 2',
  },
  {
    name: 'a manifest that is also an index',
    image: servedImage({ manifest: ({ config }) => ({ manifests: [config] }) }),
    says: 'manifest is ambiguous',
  },
  {
    name: 'an index called a manifest',
    image: { ...nestedIndexes(1), type: MANIFEST_TYPE },
    says: 'manifest is ambiguous',
  },
  {
    name: 'a manifest that calls itself an index',
    image: servedImage({ manifest: () => ({ mediaType: INDEX_TYPE }) }),
    says: 'manifest is ambiguous',
  },
  { name: 'indexes in indexes without end', image: nestedIndexes(6), says: 'image indexes are nested too deeply' },
  {
    name: 'an index that lies about a size',
    image: {
      ...nestedIndexes(1),
      ...indexOf({ ...part(servedImage().manifest), size: 1 }),
      blobs: nestedIndexes(1).blobs,
    },
    says: 'expected 1: failed precondition',
  },
  {
    name: 'an index that names what is not its own',
    image: indexOf({ mediaType: MANIFEST_TYPE, digest: digestOf('nothing'), size: 1 }),
    says: `failed commit on ref "manifest-${digestOf('nothing')}": unexpected commit digest`,
  },
  {
    name: 'an index of 20,000 manifests for others',
    image: indexOf(
      ...Array.from({ length: 20_000 }, () => ({
        ...part(SENT_LAYER),
        platform: { os: 'plan9', architecture: 'mips' },
      })),
    ),
    says: 'no match for platform in manifest: not found',
  },
  { name: 'an index of nothing', image: indexOf(), says: 'no match for platform in manifest: not found' },
];

/** Descriptors. */
const descriptors: readonly RegistryLie[] = [
  ...[
    `sha512:${'0'.repeat(128)}`,
    `sha1:${'0'.repeat(40)}`,
    'sha256:../../../../etc/passwd',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'0'.repeat(63)}`,
    `sha256:${'0'.repeat(64)}\n`,
    '',
  ].map(digest => ({
    name: `the digest ${JSON.stringify(digest.slice(0, 20))}`,
    image: withLayer(layer => ({ ...layer, digest })),
    says: `unsupported digest ${JSON.stringify(digest.slice(0, 100))}`,
  })),
  ...[-1, 1.5, 1e300, '10', null].map(size => ({
    name: `the size ${size}`,
    image: withLayer(layer => ({ ...layer, size })),
    says: 'manifest.layers[0].size is not a whole number',
  })),
  {
    name: 'a layer of a petabyte',
    image: withLayer(layer => ({ ...layer, size: 2 ** 50 })),
    says: `layer ${digestOf(SENT_LAYER)} claims 1125899906842624 bytes`,
  },
  {
    name: 'a layer larger than it says',
    image: withLayer(layer => ({ ...layer, size: 10 })),
    says: 'unexpected commit size',
  },
  {
    name: 'a layer smaller than it says',
    image: withLayer(layer => ({ ...layer, size: SENT_LAYER.length + 1 })),
    says: `unexpected EOF after ${SENT_LAYER.length} of ${SENT_LAYER.length + 1} bytes`,
  },
  { name: '128 layers', image: manyLayers(128), says: 'manifest has 128 layers, more than 127' },
  { name: '50,000 layers', image: manyLayers(30_000), says: 'manifest has 30000 layers' },
  {
    name: 'one layer twice, one diff id',
    image: manyLayers(2),
    says: 'mismatched image rootfs and manifest layers: 1 and 2',
  },
  {
    name: 'layers that are no list',
    image: servedImage({ manifest: () => ({ layers: { length: 1 } }) }),
    says: 'manifest.layers is not a list',
  },
];

/** Configs and layers. */
const contents: readonly RegistryLie[] = [
  { name: 'a config that is no JSON', image: withConfig(Buffer.from('<html>')), says: 'config is not JSON' },
  { name: 'a config of 5 MiB', image: withConfig(Buffer.alloc(5 << 20, ' ')), says: 'the config is larger than' },
  { name: 'a config without layers', image: withConfig(json({ config: {} })), says: 'config.rootfs is not an object' },
  {
    name: 'a config with a NUL in its command',
    image: withConfig(configOf([digestOf(LAYER)], { Cmd: ['sh\0-c'] })),
    says: 'config.config.Cmd[0] is not a string',
  },
  {
    name: 'a config with numbers in its environment',
    image: withConfig(configOf([digestOf(LAYER)], { Env: [1] })),
    says: 'config.config.Env[0] is not a string',
  },
  {
    name: 'a config that promises another tar',
    image: withConfig(configOf([digestOf('x')])),
    says: 'wrong diff id calculated on extraction',
  },
  {
    name: 'more diff ids than layers',
    image: withConfig(configOf([digestOf(LAYER), digestOf(LAYER)])),
    says: 'mismatched image rootfs and manifest layers: 2 and 1',
  },
  {
    name: 'a diff id of another algorithm',
    image: withConfig(configOf([`sha512:${'0'.repeat(128)}`])),
    says: 'unsupported digest',
  },
  {
    name: 'a layer that is no tar',
    image: servedImage({ layers: [Buffer.alloc(2048, 'x')] }),
    says: 'a tar header holds a number that is not octal',
  },
  {
    name: 'a layer that climbs out',
    image: servedImage({ layers: [escaping], config: configOf([digestOf(escaping)]) }),
    says: `failed to extract layer ${digestOf(escaping)}: entry "../evil" leaves the layer's root`,
  },
];

const always = (status: number, headers: Record<string, string> = {}, body = '') => ({
  answer: (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
    return true;
  },
});
const forLayers = (answer: (response: ServerResponse) => void) => ({
  answer: (request: IncomingMessage, response: ServerResponse) => {
    if (isLayer(request)) answer(response);
    return isLayer(request);
  },
});

/** What is said on the wire. */
const answers: readonly RegistryLie[] = [
  { name: 'a teapot', ...always(418), says: "418 I'm a Teapot" },
  { name: 'an answer without content', ...always(204), says: '204 No Content' },
  { name: 'a redirect to nowhere', ...always(302), says: '302 Found' },
  {
    name: 'a redirect without end',
    ...always(302, { location: '/v2/app/manifests/1' }),
    says: 'stopped after 5 redirects',
  },
  {
    name: 'a redirect to a file',
    ...always(302, { location: 'file:///etc/shadow' }),
    says: 'redirect to "file:///etc/shadow"',
  },
  { name: 'a redirect to noise', ...always(302, { location: 'http://[' }), says: 'redirect to "http://["' },
  {
    name: 'a redirect to another port of nobody',
    ...always(302, { location: 'http://127.0.0.1:1/' }),
    says: 'dial tcp 127.0.0.1:1: connect: connection refused',
  },
  {
    name: 'a login that is never enough',
    ...always(401, { 'www-authenticate': 'Basic realm=x' }),
    says: 'authorization failed',
  },
  { name: 'a login of no kind', ...always(401, { 'www-authenticate': 'Negotiate' }), says: 'authorization failed' },
  {
    name: 'a token realm that is a file',
    ...always(401, { 'www-authenticate': 'Bearer realm="file:///etc"' }),
    says: 'the realm "file:///etc" is no URL',
  },
  {
    name: 'a token realm that is missing',
    ...always(401, { 'www-authenticate': 'Bearer service=x' }),
    says: 'the realm "" is no URL',
  },
  {
    name: 'a layer of other bytes',
    ...forLayers(response => response.end(Buffer.alloc(SENT_LAYER.length))),
    says: `failed commit on ref "layer-${digestOf(SENT_LAYER)}": unexpected commit digest`,
  },
  {
    name: 'a layer of endless bytes',
    ...forLayers(response => response.end(Buffer.alloc(8 << 20))),
    says: 'unexpected commit size',
  },
  { name: 'a layer of no bytes', ...forLayers(response => response.end()), says: 'unexpected EOF after 0 of' },
  {
    name: 'a layer that is always cut at the same place',
    ...forLayers(response => void response.writeHead(200).write(SENT_LAYER.subarray(0, 10), () => response.destroy())),
    says: `failed to copy ${digestOf(SENT_LAYER)}`,
  },
  {
    name: 'a layer cut now here and now there',
    ...forLayers(response => {
      const length = 10 + (Number(process.hrtime.bigint() % 7n) | 0);
      response.writeHead(200).write(SENT_LAYER.subarray(0, length), () => response.destroy());
    }),
    says: `failed to copy ${digestOf(SENT_LAYER)}`,
  },
  {
    name: 'another part of a layer than asked for',
    ...forLayers(response => response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('56789')),
    says: `asked for ${digestOf(SENT_LAYER)} from byte 0, got 5`,
  },
  { name: 'a layer that is not there', ...forLayers(response => response.writeHead(404).end()), says: '404 Not Found' },
  {
    name: 'a header of 1 MiB',
    ...forLayers(response => {
      response.socket?.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1 << 20)}\r\n\r\n`, () => response.destroy());
    }),
    says: 'failed to do request',
  },
  {
    name: 'chunks that are none',
    ...forLayers(response => {
      response.socket?.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n', () => response.destroy());
    }),
    says: `failed to copy ${digestOf(SENT_LAYER)}`,
  },
  {
    name: 'something that is not HTTP',
    answer: (_, response) => {
      response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n');
      return true;
    },
    says: 'failed to do request',
  },
  {
    name: 'a manifest that is compressed in transit',
    answer: (request, response) => {
      if (isManifest(request)) response.writeHead(200, { 'content-encoding': 'gzip' }).end(SENT_LAYER);
      return isManifest(request);
    },
    says: 'manifest is not JSON',
  },
];

export const REGISTRY_LIES: readonly RegistryLie[] = [...documents, ...descriptors, ...contents, ...answers];
