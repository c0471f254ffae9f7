import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { defineController, type Controller } from '../../src/sdk/controller.ts';
import type { PriorityLevelConfigurationSpec } from '../kinds/flowcontrol/v1/priority-level-configuration-spec.ts';
import { PriorityLevelConfiguration } from '../kinds/flowcontrol/v1/priority-level-configuration.ts';
import { bootstrapLevel } from './bootstrap-objects.ts';
import { upkeepOf } from './upkeep.ts';

/** Keeps the server's own levels as they are to be, and makes them again when they are deleted. */
export const levelController: Controller = defineController({
  name: 'priority-level',
  primary: PriorityLevelConfiguration,
  writes: [PriorityLevelConfiguration.can('create', 'update', 'delete')],

  async reconcile({ object, client }) {
    const bootstrap = bootstrapLevel(object.metadata.name);
    const wanted =
      bootstrap === undefined
        ? undefined
        : { spec: keepingShares(bootstrap.object.spec, object.spec), isMandatory: bootstrap.isMandatory };
    const upkeep = upkeepOf(object, wanted);
    if (upkeep?.type === 'delete') await client.delete(PriorityLevelConfiguration, object.metadata);
    if (upkeep?.type === 'update') {
      const { spec, annotations } = upkeep;
      await client.update(PriorityLevelConfiguration, {
        ...object,
        metadata: { ...object.metadata, annotations },
        spec,
      });
    }
    return {};
  },

  async removed({ key, client }) {
    const bootstrap = bootstrapLevel(key.name);
    if (bootstrap !== undefined) await createUnlessPresent(client, PriorityLevelConfiguration, bootstrap.object);
  },
});

/** What the exempt level has for others is for administrators to say. */
const keepingShares = (
  wanted: PriorityLevelConfigurationSpec,
  { exempt }: PriorityLevelConfigurationSpec,
): PriorityLevelConfigurationSpec =>
  wanted.exempt === undefined || exempt === undefined ? wanted : { ...wanted, exempt };
