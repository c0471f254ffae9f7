import type { Client } from '../../src/api/client.ts';
import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { FlowSchema } from '../kinds/flowcontrol/v1/flow-schema.ts';
import { PriorityLevelConfiguration } from '../kinds/flowcontrol/v1/priority-level-configuration.ts';
import { MANDATORY_LEVELS, SUGGESTED_LEVELS, type BootstrapLevel } from './bootstrap-levels.ts';
import { MANDATORY_SCHEMAS, SUGGESTED_SCHEMAS, type BootstrapSchema } from './bootstrap-schemas.ts';

const LEVELS = [...MANDATORY_LEVELS, ...SUGGESTED_LEVELS];
const SCHEMAS = [...MANDATORY_SCHEMAS, ...SUGGESTED_SCHEMAS];

/** What goes by until it is known what is stored. */
export const BOOTSTRAP_CONFIGURATION = { levels: LEVELS, schemas: SCHEMAS };

interface Bootstrap<Object> {
  readonly object: Object;
  readonly isMandatory: boolean;
}

export const bootstrapLevel = (name: string): Bootstrap<BootstrapLevel> | undefined =>
  named(LEVELS, MANDATORY_LEVELS, name);
export const bootstrapSchema = (name: string): Bootstrap<BootstrapSchema> | undefined =>
  named(SCHEMAS, MANDATORY_SCHEMAS, name);

/** Makes what is missing. What is there is looked after by its controller. */
export async function ensureFlowObjects(client: Client): Promise<void> {
  await Promise.all([
    ...LEVELS.map(level => createUnlessPresent(client, PriorityLevelConfiguration, level)),
    ...SCHEMAS.map(schema => createUnlessPresent(client, FlowSchema, schema)),
  ]);
}

function named<O extends { readonly metadata: { readonly name: string } }>(
  all: readonly O[],
  mandatory: readonly O[],
  name: string,
): Bootstrap<O> | undefined {
  const object = all.find(({ metadata }) => metadata.name === name);
  return object === undefined ? undefined : { object, isMandatory: mandatory.includes(object) };
}
