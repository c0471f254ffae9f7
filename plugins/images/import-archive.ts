import { basename } from 'node:path';
import type { Files, World } from '../../src/base/world.ts';
import { type ArchiveMember, type ArchiveMembers, extractMembers } from './archive-members.ts';
import { ContentError } from './content-error.ts';
import type { Image } from './contract.ts';
import { type Digest, digestOf } from './digest.ts';
import type { ImageStore, IncomingImage } from './image-store.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { type Descriptor, hostPlatform, type Index, type Manifest, parseManifest, runnable } from './manifest.ts';
import { formatReference, parseReference, repositoryOf } from './reference.ts';
import { UntrustedJson } from './untrusted-json.ts';

/** Every image of an OCI-layout or docker-archive tarball that this machine can run. */
export function importArchive(
  world: World,
  store: ImageStore,
  path: string,
  signal: AbortSignal,
): Promise<readonly Image[]> {
  return store.withIngest(async ingest => {
    const members = await extractMembers(world, path, ingest, signal);
    const incoming = await incomingImages(new ArchiveReader(world.files, members), basename(path));
    const images: Image[] = [];
    for (const image of incoming) images.push(await store.adopt(image, ingest, signal));
    return images;
  });
}

async function incomingImages(archive: ArchiveReader, fileName: string): Promise<readonly IncomingImage[]> {
  const hasIndex = archive.members.has('index.json');
  const hasDocker = archive.members.has('manifest.json');
  if (!hasIndex && !hasDocker) {
    throw new ContentError('BadArchive', 'it has neither index.json (OCI layout) nor manifest.json (docker save)');
  }
  return hasIndex ? await ociImages(archive, fileName) : await dockerImages(archive, fileName);
}

async function ociImages(archive: ArchiveReader, fileName: string): Promise<readonly IncomingImage[]> {
  const index = parseManifest(await archive.document('index.json'), undefined);
  if (index.kind !== 'index') throw new ContentError('BadDocument', 'index.json is a manifest and not an index');
  const tags = archive.members.has('manifest.json') ? await dockerTags(archive) : new Map<Digest, readonly string[]>();
  const images: IncomingImage[] = [];
  for (const entry of runnable(index, hostPlatform()).toReversed()) {
    const found = await archive.manifest(entry, 0);
    if (found === undefined) continue; // for other platforms only
    const annotation = (name: string): string =>
      entry.annotations.missing ? '' : entry.annotations.get(name).string('');
    const name = annotation('io.containerd.image.name') || annotation('org.opencontainers.image.ref.name');
    const fromDocker = tags.get(found.manifest.config.digest) ?? [];
    const names = name === '' ? fromDocker : [wholeName(name, fileName)];
    const references = (names.length > 0 ? names : [wholeName('', fileName)]).map(parseReference);
    images.push({
      configBlob: await archive.blob(found.manifest.config),
      manifestBlob: found.content,
      sizeBytes: sizeOf(found.manifest),
      references: [
        ...references.map(formatReference),
        ...references.map(reference => `${repositoryOf(reference)}@${digestOf(found.content)}`),
      ],
      layerCount: found.manifest.layers.length,
      layerFile: async i =>
        archive.member(`blobs/${found.manifest.layers[i]?.digest.replace(':', '/')}`, found.manifest.layers[i]).file,
    });
  }
  if (images.length === 0) {
    throw new ContentError('NoPlatform', `no image in it is for ${hostPlatform().os}/${hostPlatform().architecture}`);
  }
  return images;
}

/** skopeo and others write only a tag, or nothing; then the repository is named for the file. */
function wholeName(annotated: string, fileName: string): string {
  if (/[/:@]/.test(annotated)) return annotated;
  const stem = fileName.replace(/\.(gz|zst|tgz)$/, '').replace(/(\.(tar|oci|docker))+$/, '');
  const repository =
    stem
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'imported';
  return `${repository}:${annotated || 'latest'}`;
}

async function dockerTags(archive: ArchiveReader): Promise<ReadonlyMap<Digest, readonly string[]>> {
  const entries = UntrustedJson.parse(await archive.document('manifest.json'), 'manifest.json').items();
  const tags = new Map<Digest, readonly string[]>();
  for (const entry of entries) {
    const config = archive.members.get(entry.get('Config').string());
    if (config !== undefined) tags.set(config.digest, entry.get('RepoTags').strings());
  }
  return tags;
}

async function dockerImages(archive: ArchiveReader, fileName: string): Promise<readonly IncomingImage[]> {
  const images: IncomingImage[] = [];
  for (const entry of UntrustedJson.parse(await archive.document('manifest.json'), 'manifest.json').items()) {
    const configPath = entry.get('Config').string();
    const layers = entry
      .get('Layers')
      .strings()
      .map(path => archive.member(path));
    if (layers.length > IMAGE_LIMITS.layers) throw new ContentError('TooLarge', `it has ${layers.length} layers`);
    const tags = entry.get('RepoTags').strings();
    const references = (tags.length > 0 ? tags : [wholeName('', fileName)]).map(tag => parseReference(tag));
    const configBlob = await archive.document(configPath);
    images.push({
      configBlob,
      manifestBlob: undefined,
      sizeBytes: layers.reduce((sum, layer) => sum + layer.size, configBlob.length),
      references: references.map(formatReference),
      layerCount: layers.length,
      layerFile: async i => (layers[i] ?? archive.member(`layer ${i}`)).file,
    });
  }
  return images;
}

const sizeOf = (manifest: Manifest): number =>
  manifest.layers.reduce((sum, layer) => sum + layer.size, manifest.config.size);

/** Members by path, checked against the descriptors that name them. */
class ArchiveReader {
  readonly members: ArchiveMembers;
  readonly #files: Files;
  #nodes = 0;

  constructor(files: Files, members: ArchiveMembers) {
    this.#files = files;
    this.members = members;
  }

  member(path: string, expected?: Descriptor): ArchiveMember {
    const member = this.members.get(path);
    if (member === undefined) throw new ContentError('BadArchive', `it lacks ${JSON.stringify(path)}`);
    if (expected !== undefined) check(member, expected);
    return member;
  }

  async document(path: string): Promise<Buffer> {
    const member = this.member(path);
    if (member.size > IMAGE_LIMITS.documentBytes)
      throw new ContentError('TooLarge', `${path} has ${member.size} bytes`);
    return this.#files.readFile(member.file);
  }

  async blob(descriptor: Descriptor): Promise<Buffer> {
    const path = `blobs/${descriptor.digest.replace(':', '/')}`;
    this.member(path, descriptor);
    return this.document(path);
  }

  /** The manifest for this machine behind a descriptor; undefined where the archive holds none. */
  async manifest(descriptor: Descriptor, depth: number): Promise<{ manifest: Manifest; content: Buffer } | undefined> {
    if (depth > IMAGE_LIMITS.indexDepth) throw new ContentError('TooLarge', 'its indexes are nested too deeply');
    if (++this.#nodes > IMAGE_LIMITS.indexNodes) throw new ContentError('TooLarge', 'it names too many manifests');
    if (!this.members.has(`blobs/${descriptor.digest.replace(':', '/')}`)) return undefined;
    const content = await this.blob(descriptor);
    const document: Manifest | Index = parseManifest(content, descriptor.mediaType);
    if (document.kind === 'manifest') return { manifest: document, content };
    for (const entry of runnable(document, hostPlatform())) {
      const found = await this.manifest(entry, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function check(member: ArchiveMember, { digest, size }: Descriptor): void {
  if (member.size !== size) throw new ContentError('BadSize', `${digest} has ${member.size} bytes, expected ${size}`);
  if (member.digest !== digest) throw new ContentError('BadDigest', `${digest} has the digest ${member.digest}`);
}
