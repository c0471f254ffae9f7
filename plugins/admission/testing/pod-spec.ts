import type { InputOf } from '../../../src/api/resource.ts';
import { applyDefaults } from '../../../src/schema/defaults.ts';
import { podSpec as schema, type PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';

type NewContainer = NonNullable<InputOf<typeof Pod>['spec']>['containers'][number];

/** A defaulted spec with these containers. */
export const podSpec = (containers: readonly Partial<NewContainer>[]): PodSpec =>
  applyDefaults(schema.node, { containers }) as PodSpec;
