import { serviceRef } from '../../src/kernel/plugin.ts';

/** Images on this node: a content-addressed store filled by archives and registries. */
export interface Images {
  /** Resolves once `<data-dir>/agent/images` was imported. */
  readonly preloaded: Promise<void>;
  find(reference: string): Image | undefined;
  list(): readonly Image[];
  /** Pulls from the registry (or its mirrors); one flight per reference however many ask. */
  pull(reference: string, options: PullOptions): Promise<Image>;
  /** An OCI-layout or docker-archive tarball, plain, gzip or zstd. */
  importArchive(path: string): Promise<readonly Image[]>;
  remove(reference: string): Promise<void>;
  /** Deletes layers and blobs that no reference names and no id of `inUse` needs. */
  collectGarbage(inUse: ReadonlySet<string>): Promise<{ readonly freedBytes: number }>;
  /** The file system that holds the images. */
  disk(): Promise<ImageDisk>;
  /** Resolves `user[:group]` of an image's config or of a pod against the image's own passwd and group files. */
  resolveUser(image: Image, user: string): Promise<ResolvedUser>;
}
export const images = serviceRef<Images>('images');

export interface ImageDisk {
  readonly capacityBytes: number;
  readonly availableBytes: number;
  /** 0 where the file system does not count them. */
  readonly inodes: number;
  readonly inodesFree: number;
  /** As `stat` tells file systems apart. */
  readonly device: number;
}

export interface Image {
  /** `sha256:...` of the config. */
  readonly id: string;
  readonly tags: readonly string[];
  /** `repository@sha256:...`. */
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  /** An archive of a preload folder holds it: perhaps no registry does. */
  readonly pinned: boolean;
  /** Unpacked layer directories, topmost first. */
  readonly lowerDirs: readonly string[];
  readonly config: ImageConfig;
}

export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  readonly user: string;
  readonly workingDir: string;
  readonly volumes: readonly string[];
  readonly stopSignal: string | null;
}

export interface PullOptions {
  readonly credentials: readonly RegistryCredential[];
  readonly signal: AbortSignal;
  /** Called when the pull has its turn; at once where it joins one under way. */
  readonly began?: () => void;
}

/** One entry of a `kubernetes.io/dockerconfigjson` secret. */
export interface RegistryCredential {
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

export interface ResolvedUser {
  readonly uid: number;
  readonly gid: number;
  readonly supplementalGroups: readonly number[];
  readonly home: string;
}

/** `reason` is what the kubelet's event and container status say (ErrImagePull, InvalidImageName ...). */
export class ImageError extends Error {
  readonly reason: ImageErrorReason;
  constructor(reason: ImageErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ImageError';
    this.reason = reason;
  }
}
export type ImageErrorReason =
  | 'InvalidImageName'
  | 'ErrImagePull'
  | 'ErrImageNeverPull'
  | 'RegistryUnavailable'
  | 'ImageInspectError';
