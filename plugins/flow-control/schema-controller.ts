import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { defineController, reads, type Controller } from '../../src/sdk/controller.ts';
import { timeOf } from '../../src/base/timestamp.ts';
import { FlowSchema } from '../kinds/flowcontrol/v1/flow-schema.ts';
import { PriorityLevelConfiguration } from '../kinds/flowcontrol/v1/priority-level-configuration.ts';
import { bootstrapSchema } from './bootstrap-objects.ts';
import { withDangling } from './dangling.ts';
import { upkeepOf } from './upkeep.ts';

/** Keeps the server's own FlowSchemas as they are to be, and tells of each whether its level is there. */
export const schemaController: Controller = defineController({
  name: 'flow-schema',
  primary: FlowSchema,
  reads: [
    reads(PriorityLevelConfiguration, ({ metadata: { name } }, caches) =>
      caches
        .of(FlowSchema)
        .list()
        .filter(({ spec }) => spec.priorityLevelConfiguration.name === name)
        .map(({ metadata }) => metadata),
    ),
  ],
  writes: [FlowSchema.can('create', 'update', 'delete'), FlowSchema.canOn('status', 'update')],

  async reconcile({ object, caches, client, nowMs }) {
    const bootstrap = bootstrapSchema(object.metadata.name);
    const wanted =
      bootstrap === undefined ? undefined : { spec: bootstrap.object.spec, isMandatory: bootstrap.isMandatory };
    const upkeep = upkeepOf(object, wanted);
    if (upkeep?.type === 'delete') {
      await client.delete(FlowSchema, object.metadata);
      return {};
    }
    if (upkeep !== undefined) {
      const { spec, annotations } = upkeep;
      // Its status is told once this is seen.
      await client.update(FlowSchema, { ...object, metadata: { ...object.metadata, annotations }, spec });
      return {};
    }
    const levelName = object.spec.priorityLevelConfiguration.name;
    const isThere = caches.of(PriorityLevelConfiguration).get(levelName) !== undefined;
    return { status: withDangling(object.status, { levelName, isThere }, timeOf(nowMs)) };
  },

  async removed({ key, client }) {
    const bootstrap = bootstrapSchema(key.name);
    if (bootstrap !== undefined) await createUnlessPresent(client, FlowSchema, bootstrap.object);
  },
});
