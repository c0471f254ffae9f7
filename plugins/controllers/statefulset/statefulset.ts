import { labelMatcher } from '../../../src/api/label-selector.ts';
import type { Key } from '../../../src/api/client.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import { defineController, reads, type Outcome, type ReconcileContext } from '../../../src/sdk/controller.ts';
import { ControllerRevision } from '../../kinds/apps/v1/controller-revision.ts';
import { StatefulSet } from '../../kinds/apps/v1/stateful-set.ts';
import type { StatefulSetStatus } from '../../kinds/apps/v1/stateful-set-spec.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { HashCollision } from '../hash-collision.ts';
import { forgetRevisions, settleRevision } from '../history/revision-acts.ts';
import {
  planHistory,
  revisionsToForget,
  templateOfPatch,
  templatePatch,
  type History,
} from '../history/plan-history.ts';
import { isNamespaceTerminating } from '../pod-acts.ts';
import { nextAvailableInMs } from '../pod-facts.ts';
import { slowStart } from '../slow-start.ts';
import { templateHash } from '../template-hash.ts';
import { planStatefulSet, type Revisions, type Step } from './plan-stateful-set.ts';
import { actOn, isBlocked, isUnsettled, type StatefulActs } from './stateful-acts.ts';
import { ordinalOf, revisionOf } from './stateful-identity.ts';
import { statefulSetStatus } from './stateful-set-status.ts';

type Owned = { readonly pods: typeof Pod; readonly revisions: typeof ControllerRevision };
type Context = ReconcileContext<typeof StatefulSet, Owned>;

/** Upstream's label of a revision; pods name the whole revision instead. */
const HASH_LABEL = 'controller.kubernetes.io/hash';

/** Keeps pods with names and claims of their own, made, replaced and ended in order. */
export const statefulSetController = defineController({
  name: 'statefulset-controller',
  primary: StatefulSet,
  owned: { pods: Pod, revisions: ControllerRevision },
  reads: [reads(PersistentVolumeClaim, setsOf)],
  writes: [
    Pod.can('create', 'delete', 'patch'),
    ControllerRevision.can('create', 'update', 'delete'),
    PersistentVolumeClaim.can('create', 'patch'),
    StatefulSet.canOn('status', 'update'),
  ],
  adopts: ({ spec }) => labelMatcher(spec.selector),
  isMember: (set, object) => object.kind !== Pod.kind || ordinalOf(set, object) !== undefined,
  reconcile: pass,
});

/** The sets that give a claim its name. */
function setsOf({ metadata: { name, namespace } }: PersistentVolumeClaim, caches: Caches): readonly Key[] {
  const owner = name.replace(/-\d+$/, '');
  return caches
    .of(StatefulSet)
    .list(namespace)
    .filter(({ metadata, spec: { volumeClaimTemplates = [] } }) =>
      volumeClaimTemplates.some(template => `${template.metadata.name ?? ''}-${metadata.name}` === owner),
    )
    .map(({ metadata }) => metadata);
}

async function pass(context: Context): Promise<Outcome<StatefulSetStatus>> {
  const { object: set, owned, nowMs } = context;
  const { spec, status, metadata } = set;
  const history = planHistory(owned.revisions, templatePatch(spec.template));
  let update: ControllerRevision;
  try {
    update = await settleUpdate(context, history);
  } catch (error) {
    if (isNamespaceTerminating(error)) return {};
    if (!(error instanceof HashCollision)) throw error;
    return { status: { ...status, collisionCount: (status.collisionCount ?? 0) + 1 } };
  }
  const current = owned.revisions.find(({ metadata: { name } }) => name === status.currentRevision) ?? update;
  const revisions: Revisions = { current: current.metadata.name, update: update.metadata.name };
  const acts = actsOf(context, [update, current]);
  const steps =
    metadata.deletionTimestamp !== undefined
      ? []
      : planStatefulSet(set, owned.pods, revisions, {
          nowMs,
          isUnsettled: (pod, ordinal) => isUnsettled(acts, pod, ordinal),
          isBlocked: ordinal => isBlocked(acts, ordinal),
        });
  const [failure] = await carryOut(acts, steps);
  await forgetOld(context, [...history.same, ...history.old], revisions);
  const requeueAfterMs = nextAvailableInMs(owned.pods, spec.minReadySeconds ?? 0, nowMs);
  return {
    status: statefulSetStatus(set, owned.pods, revisions, nowMs),
    ...(requeueAfterMs === undefined ? {} : { requeueAfterMs }),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** The revision that is to be rolled out. */
function settleUpdate({ object: set, client }: Context, history: History): Promise<ControllerRevision> {
  const { spec, status, metadata } = set;
  const data = templatePatch(spec.template);
  const hash = templateHash(spec.template, status.collisionCount === 0 ? undefined : status.collisionCount);
  return settleRevision(set, client, history, {
    name: `${metadata.name}-${hash}`,
    labels: { ...spec.template.metadata.labels, [HASH_LABEL]: hash },
    ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
    data,
  });
}

const actsOf = (
  { object: set, client, caches, event }: Context,
  revisions: readonly ControllerRevision[],
): StatefulActs => ({
  set,
  client,
  caches,
  event,
  templateOf: name => {
    const revision = revisions.find(({ metadata }) => metadata.name === name);
    return templateOfPatch(revision?.data) ?? set.spec.template;
  },
});

/** One after the other where the set is ordered; answers what failed, after which nothing more was tried. */
async function carryOut(acts: StatefulActs, steps: readonly Step[]): Promise<readonly unknown[]> {
  if (acts.set.spec.podManagementPolicy === 'Parallel') {
    return slowStart(steps.length, async index => {
      const step = steps[index];
      if (step !== undefined) await actOn(acts, step);
    });
  }
  try {
    for (const step of steps) await actOn(acts, step);
    return [];
  } catch (error) {
    return [error];
  }
}

async function forgetOld(
  { object, owned, client }: Context,
  all: readonly ControllerRevision[],
  { current, update }: Revisions,
): Promise<void> {
  const live = new Set([current, update, ...owned.pods.map(revisionOf)]);
  const historic = all.filter(({ metadata }) => !live.has(metadata.name));
  const limit = object.spec.revisionHistoryLimit;
  if (limit >= 0)
    await forgetRevisions(
      client,
      revisionsToForget(historic, limit, () => false),
    );
}
