/** Every bound of this room. Bytes and milliseconds. */
export const IMAGE_LIMITS = {
  /** One layer unpacked; above it the layer is refused as a bomb. */
  layerBytes: 10 * 1024 ** 3,
  layerInodes: 2_000_000,
  /** A stack deeper than this does not mount. */
  layers: 127,
  /** Manifests, indexes, configs and the documents of an archive. */
  documentBytes: 4 * 1024 ** 2,
  /** Indexes inside one another, and descriptors looked at for one image. */
  indexDepth: 3,
  indexNodes: 500,
  /** Members of an outer archive. */
  archiveEntries: 100_000,
  /** `etc/passwd` and `etc/group`. */
  accountFileBytes: 1024 ** 2,
  /** Users of images that are remembered. */
  resolvedUsers: 512,
  referenceLength: 1024,
  /** What the helper may say about its outcome. */
  outcomeBytes: 4096,
  /** Layers of one image that are downloaded at the same time. */
  parallelLayers: 3,
  /** Different references of one registry that are pulled at the same time; the others wait. */
  parallelPulls: 8,
  connectMs: 10_000,
  headersMs: 30_000,
  /** Without a byte of the body. */
  idleBodyMs: 60_000,
  /** A body that brings less than this in such a time is given up. */
  paceWindowMs: 60_000,
  paceBytes: 64 * 1024,
  tokenBytes: 1024 ** 2,
  redirects: 5,
  /** Tries of one request, and the pause before the second, doubled at each further one. */
  attempts: 4,
  firstPauseMs: 250,
  /** Connections of one blob that may break after they brought something. */
  resumes: 50,
  /** For the short lock around a change of the metadata. */
  lockMs: 10_000,
  lockPauseMs: 10,
} as const;
