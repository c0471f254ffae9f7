import { defineController, reads, type ReconcileContext } from '../../src/sdk/controller.ts';
import { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import type { CustomResourceDefinitionCondition } from '../kinds/apiextensions/v1/custom-resource-definition-spec.ts';
import { CLEANUP_FINALIZER, conditionIs, withCondition } from '../kinds/apiextensions/v1/definition-condition.ts';
import { planNames } from './plan-names.ts';
import { storedResourceOf } from './resource-of-version.ts';

/** How often it is looked whether an object's finalizers are done, whose definition waits for it. */
const RECHECK_MS = 1_000;

/** Gives definitions their names, says when they are served, and takes their objects away with them. */
export const definitionController = defineController({
  name: 'custom-resource-definitions',
  primary: CustomResourceDefinition,
  reads: [
    reads(CustomResourceDefinition, (changed, caches) =>
      caches
        .of(CustomResourceDefinition)
        .list()
        .filter(({ spec, status }) => spec.group === changed.spec.group && !conditionIs(status, 'NamesAccepted'))
        .map(({ metadata }) => metadata),
    ),
  ],
  writes: [
    CustomResourceDefinition.can('update'),
    CustomResourceDefinition.canOn('status', 'update'),
    { apiGroups: ['*'], resources: ['*'], verbs: ['list', 'deletecollection'] },
  ],

  async reconcile(context) {
    const { object: definition, caches, nowMs } = context;
    if (definition.metadata.deletionTimestamp !== undefined) return cleanUp(context);
    const others = caches
      .of(CustomResourceDefinition)
      .list()
      .filter(({ metadata, spec }) => spec.group === definition.spec.group && metadata.uid !== definition.metadata.uid);
    return { status: planNames(definition, others, nowMs) };
  },
});

type Context = ReconcileContext<typeof CustomResourceDefinition, Record<string, never>>;

/** Deletes all objects, and lets the definition go once none is left. */
async function cleanUp({ object: definition, client, nowMs }: Context) {
  const { metadata, status } = definition;
  if (!(metadata.finalizers ?? []).includes(CLEANUP_FINALIZER)) return {};
  const told = (condition: CustomResourceDefinitionCondition) => withCondition(status, condition, nowMs);
  if (conditionIs(status, 'Established')) {
    const resource = storedResourceOf(definition);
    await client.deleteCollection(resource, {});
    const { items } = await client.list(resource, { limit: 1 });
    if (items.length > 0) return { status: told(IN_PROGRESS), requeueAfterMs: RECHECK_MS };
  }
  const finalizers = (metadata.finalizers ?? []).filter(finalizer => finalizer !== CLEANUP_FINALIZER);
  await client.update(CustomResourceDefinition, { ...definition, metadata: { ...metadata, finalizers } });
  return {};
}

const IN_PROGRESS: CustomResourceDefinitionCondition = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
};
