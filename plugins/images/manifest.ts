import { ContentError } from './content-error.ts';
import type { ImageConfig } from './contract.ts';
import { type Digest, parseDigest } from './digest.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { UntrustedJson } from './untrusted-json.ts';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

export interface Manifest {
  readonly kind: 'manifest';
  readonly config: Descriptor;
  /** Bottom first. */
  readonly layers: readonly Descriptor[];
}

export interface Index {
  readonly kind: 'index';
  readonly manifests: readonly IndexEntry[];
}

export interface IndexEntry extends Descriptor {
  readonly platform: Platform | undefined;
  readonly annotations: UntrustedJson;
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
}

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
export const ACCEPTED_MANIFESTS = [...INDEX_TYPES, ...MANIFEST_TYPES].join(', ');

/**
 * An OCI or Docker manifest or index. `mediaType` is what the registry or the descriptor called it; a
 * document that is both, or another thing than it was called, is refused (CVE-2021-41190).
 */
export function parseManifest(content: Buffer, mediaType: string | undefined): Manifest | Index {
  const document = UntrustedJson.parse(content, 'manifest');
  if (document.get('schemaVersion').value !== 2)
    throw new ContentError('BadDocument', 'manifest.schemaVersion is not 2');
  const stated = document.get('mediaType').string('');
  const called = [stated, mediaType ?? ''].filter(type => INDEX_TYPES.includes(type) || MANIFEST_TYPES.includes(type));
  const isIndex = !document.get('manifests').missing;
  const isManifest = !document.get('layers').missing || !document.get('config').missing;
  const types = isIndex ? INDEX_TYPES : MANIFEST_TYPES;
  if (isIndex === isManifest || called.some(type => !types.includes(type))) {
    throw new ContentError('BadDocument', 'manifest is ambiguous: its fields and its media type disagree');
  }
  if (isIndex) return { kind: 'index', manifests: document.get('manifests').items().map(indexEntry) };
  const layers = document.get('layers').items().map(descriptor);
  if (layers.length > IMAGE_LIMITS.layers) {
    throw new ContentError('TooLarge', `manifest has ${layers.length} layers, more than ${IMAGE_LIMITS.layers}`);
  }
  const config = descriptor(document.get('config'));
  const huge = layers.find(({ size }) => size > IMAGE_LIMITS.layerBytes);
  if (huge !== undefined) throw new ContentError('TooLarge', `layer ${huge.digest} claims ${huge.size} bytes`);
  return { kind: 'manifest', config, layers };
}

function descriptor(json: UntrustedJson): Descriptor {
  return {
    mediaType: json.get('mediaType').string(''),
    digest: parseDigest(json.get('digest').string()),
    size: json.get('size').integer(),
  };
}

function indexEntry(json: UntrustedJson): IndexEntry {
  const platform = json.get('platform');
  return {
    ...descriptor(json),
    platform: platform.missing
      ? undefined
      : {
          os: platform.get('os').string(''),
          architecture: platform.get('architecture').string(''),
          variant: platform.get('variant').string(''),
        },
    annotations: json.get('annotations'),
  };
}

/** The entries of an index this machine can run, best first; those that name no platform come last. */
export function runnable(index: Index, host: Platform): readonly IndexEntry[] {
  const rank = ({ platform }: IndexEntry): number => {
    if (platform === undefined) return 1;
    if (platform.os !== host.os || platform.architecture !== host.architecture) return -1;
    return platform.variant === host.variant ? 3 : VARIANT_FALLBACKS.has(platform.variant) ? 2 : -1;
  };
  return index.manifests.filter(entry => rank(entry) >= 0).toSorted((a, b) => rank(b) - rank(a));
}

/** arm64 without a variant is v8; amd64 v2 and up may need what this CPU lacks. */
const VARIANT_FALLBACKS = new Set(['', 'v1', 'v8']);

export function hostPlatform(arch: string = process.arch): Platform {
  return { os: 'linux', architecture: arch === 'x64' ? 'amd64' : arch, variant: '' };
}

/** An image's config blob, and the digests of its layers uncompressed, bottom first. */
export function parseConfig(content: Buffer): { readonly config: ImageConfig; readonly diffIds: readonly Digest[] } {
  const document = UntrustedJson.parse(content, 'config');
  const diffIds = document.get('rootfs').get('diff_ids').strings().map(parseDigest);
  const config = document.get('config');
  if (config.missing) return { config: EMPTY_CONFIG, diffIds };
  const stopSignal = config.get('StopSignal').string('');
  return {
    diffIds,
    config: {
      entrypoint: config.get('Entrypoint').strings(),
      cmd: config.get('Cmd').strings(),
      env: config.get('Env').strings(),
      user: config.get('User').string(''),
      workingDir: config.get('WorkingDir').string(''),
      volumes: config.get('Volumes').keys(),
      stopSignal: stopSignal === '' ? null : stopSignal,
    },
  };
}

const EMPTY_CONFIG: ImageConfig = {
  entrypoint: [],
  cmd: [],
  env: [],
  user: '',
  workingDir: '',
  volumes: [],
  stopSignal: null,
};
