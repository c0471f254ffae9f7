import { resources, type Resource } from '../../../src/api/resource.ts';
import { TokenRequest } from '../authentication/v1/token-request.ts';
import { Scale } from '../autoscaling/v1/scale.ts';
import kinds from '../plugin.ts';
import { Eviction } from '../policy/v1/eviction.ts';

/** All that the plugin contributes, and the kinds that exist as subresources only. */
export const everyKind: readonly Resource[] = [
  ...(kinds.contributes ?? [])
    .filter(({ point }) => point === resources.id)
    .flatMap(({ items }) => items as Resource[]),
  Eviction,
  Scale,
  TokenRequest,
];
