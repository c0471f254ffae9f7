import type { CacheIndex } from '../../../src/sdk/caches.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';

export const podsByNode: CacheIndex<Pod> = Object.freeze({
  name: 'node',
  keysOf: ({ spec }: Pod) => ((spec.nodeName ?? '') === '' ? [] : [spec.nodeName ?? '']),
});
