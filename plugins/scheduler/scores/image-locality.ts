import type { NodeView, SchedulerScore } from '../contract.ts';

/** Prefers nodes that already hold the pod's images; images that few nodes hold count less, so as not to crowd them. */
export const imageLocality: SchedulerScore = {
  name: 'ImageLocality',
  weight: 1,
  prepare: ({ spec }, { nodes }) => {
    const index = imagesOn(nodes);
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    const named = [
      ...containers.map(({ image = '' }) => image),
      ...(spec.volumes ?? []).flatMap(({ image }) => image?.reference ?? []),
    ];
    const images = named.flatMap(image => index.get(withTag(image)) ?? []);
    if (images.length === 0) return undefined;
    const most = LARGEST * containers.length;
    return ({ name }) => {
      let bytes = 0;
      for (const sizes of images) bytes += Math.trunc(((sizes.get(name) ?? 0) * sizes.size) / nodes.length);
      return Math.trunc((100 * (Math.min(Math.max(bytes, SMALLEST), most) - SMALLEST)) / (most - SMALLEST));
    };
  },
};

/** Below this an image is pulled quickly enough; above, one container's image counts no more. Bytes. */
const SMALLEST = 23 * 1024 * 1024;
const LARGEST = 1000 * 1024 * 1024;

/** Image -> node -> bytes. */
type ImageIndex = ReadonlyMap<string, ReadonlyMap<string, number>>;
const indexes = new WeakMap<readonly NodeView[], ImageIndex>();

function imagesOn(nodes: readonly NodeView[]): ImageIndex {
  const known = indexes.get(nodes);
  if (known !== undefined) return known;
  const index = new Map<string, Map<string, number>>();
  for (const { name, node } of nodes) {
    for (const { names = [], sizeBytes = 0 } of node.status.images ?? []) {
      for (const image of names) {
        const sizes = index.get(image) ?? new Map<string, number>();
        index.set(image, sizes.set(name, sizeBytes));
      }
    }
  }
  indexes.set(nodes, index);
  return index;
}

/** As nodes report images. */
const withTag = (image: string): string =>
  image.lastIndexOf(':') > image.lastIndexOf('/') ? image : `${image}:latest`;
