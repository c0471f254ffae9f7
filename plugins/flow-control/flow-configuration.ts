import type { FlowSchemaSpec } from '../kinds/flowcontrol/v1/flow-schema-spec.ts';
import type { PriorityLevelConfigurationSpec } from '../kinds/flowcontrol/v1/priority-level-configuration-spec.ts';
import { MANDATORY_LEVELS } from './bootstrap-levels.ts';
import { MANDATORY_SCHEMAS } from './bootstrap-schemas.ts';

/** A configuration object, stored or not yet. */
export interface Configured<Spec> {
  readonly metadata: { readonly name: string; readonly uid?: string };
  readonly spec: Spec;
}
export type ConfiguredLevel = Configured<PriorityLevelConfigurationSpec>;
export type ConfiguredSchema = Configured<FlowSchemaSpec>;

export interface FlowConfiguration {
  readonly levels: readonly ConfiguredLevel[];
  readonly schemas: readonly ConfiguredSchema[];
}

/** What counts of all that is stored: a FlowSchema without its level does not, and what there must be is there. */
export function effective({ levels, schemas }: FlowConfiguration): FlowConfiguration {
  const names = new Set(levels.map(nameOf));
  const placed = schemas.filter(({ spec }) => names.has(spec.priorityLevelConfiguration.name));
  return { levels: withMissing(levels, MANDATORY_LEVELS), schemas: withMissing(placed, MANDATORY_SCHEMAS) };
}

function withMissing<C extends Configured<unknown>>(stored: readonly C[], mandatory: readonly C[]): readonly C[] {
  const names = new Set(stored.map(nameOf));
  return [...stored, ...mandatory.filter(each => !names.has(nameOf(each)))];
}

const nameOf = ({ metadata }: Configured<unknown>): string => metadata.name;
