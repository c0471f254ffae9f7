import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { labelMatcher } from '../../../src/api/label-selector.ts';
import type { Key } from '../../../src/api/client.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import {
  defineController,
  reads,
  type Controller,
  type Outcome,
  type ReconcileContext,
} from '../../../src/sdk/controller.ts';
import { ControllerRevision } from '../../kinds/apps/v1/controller-revision.ts';
import { DaemonSet } from '../../kinds/apps/v1/daemon-set.ts';
import type { DaemonSetStatus } from '../../kinds/apps/v1/daemon-set-spec.ts';
import { templateGenerationOf } from '../../kinds/apps/v1/template-generation.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { HashCollision } from '../hash-collision.ts';
import { forgetRevisions, settleRevision } from '../history/revision-acts.ts';
import { planHistory, revisionsToForget, templatePatch } from '../history/plan-history.ts';
import { DAEMON_BURST } from '../limits.ts';
import { actOnPods, isNamespaceTerminating, type PodFailure } from '../pod-acts.ts';
import { nextAvailableInMs } from '../pod-facts.ts';
import { templateHash } from '../template-hash.ts';
import { daemonNodes } from './daemon-nodes.ts';
import { daemonSetStatus } from './daemon-set-status.ts';
import { daemonPodTemplate, GENERATION_LABEL, HASH_LABEL } from './daemon-template.ts';
import { FailedPodBackOff } from './failed-pod-back-off.ts';
import { planDaemonPods, type DaemonPlan, type DaemonRules, type Ended } from './plan-daemon-pods.ts';
import { planDaemonUpdate, surges } from './plan-daemon-update.ts';

type Context = ReconcileContext<
  typeof DaemonSet,
  { readonly pods: typeof Pod; readonly revisions: typeof ControllerRevision }
>;

/** Runs a pod on every node that fits, and replaces them as the template changes. */
export function daemonSetController(): Controller {
  const backOff = new FailedPodBackOff();
  return defineController({
    name: 'daemonset-controller',
    primary: DaemonSet,
    owned: { pods: Pod, revisions: ControllerRevision },
    reads: [reads(Node, everyDaemonSet, isMoved)],
    writes: [
      Pod.can('create', 'delete'),
      ControllerRevision.can('create', 'update', 'delete'),
      DaemonSet.canOn('status', 'update'),
    ],
    adopts: ({ spec }) => labelMatcher(spec.selector),
    reconcile: context => pass(context, backOff),
  });
}

const everyDaemonSet = (_node: Node, caches: Caches): readonly Key[] =>
  caches
    .of(DaemonSet)
    .list()
    .map(({ metadata }) => metadata);

const isMoved = (now: Node, before: Node): boolean =>
  !isDeepEqual(now.metadata.labels, before.metadata.labels) || !isDeepEqual(now.spec.taints, before.spec.taints);

async function pass(context: Context, backOff: FailedPodBackOff): Promise<Outcome<DaemonSetStatus>> {
  const { object: daemonSet, owned, caches, client, nowMs, event } = context;
  const { spec, metadata, status } = daemonSet;
  // Its history may be gone before its pods are: there is nothing to count them by.
  if (metadata.deletionTimestamp !== undefined) return {};
  if (labelMatcher(spec.selector).everything) {
    event('Warning', 'SelectingAll', 'This daemon set is selecting all pods. A non-empty selector is required.');
    return {};
  }
  const data = templatePatch(spec.template);
  const history = planHistory(owned.revisions, data);
  let current: ControllerRevision;
  try {
    const hash = templateHash(spec.template, status.collisionCount);
    current = await settleRevision(daemonSet, client, history, {
      name: `${metadata.name}-${hash}`,
      labels: { ...spec.template.metadata.labels, [HASH_LABEL]: hash },
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
      data,
    });
  } catch (error) {
    if (isNamespaceTerminating(error)) return {};
    if (!(error instanceof HashCollision)) throw error;
    return { status: { ...status, collisionCount: (status.collisionCount ?? 0) + 1 } };
  }
  const keyOn = (node: string): string => `${metadata.uid}/${status.observedGeneration ?? 0}/${node}`;
  const rules: DaemonRules = {
    surges: surges(daemonSet),
    minReadySeconds: spec.minReadySeconds ?? 0,
    nowMs,
    isUpdated: updatedBy(daemonSet, [current, ...history.same]),
    isHeld: node => backOff.waitMs(keyOn(node), nowMs) !== undefined,
  };
  const seen = daemonNodes(spec.template.spec, caches.of(Node).list(), owned.pods);
  const plan = planDaemonPods(seen, rules);
  reportEnded(context, plan.ended);
  for (const { node } of failed(plan.ended)) backOff.replaced(keyOn(node), nowMs);
  const isSettled = plan.create.length === 0 && plan.remove.length === 0;
  const step = isSettled ? planDaemonUpdate(daemonSet, seen.nodes, rules) : plan;
  const failure = await act(context, hashOf(current), step);
  if (failure === undefined) await forgetOld(context, history.same.slice(1).concat(history.old));
  const waits = seen.nodes.flatMap(({ name, pods }) =>
    pods.some(pod => pod.status.phase === 'Failed') ? (backOff.waitMs(keyOn(name), nowMs) ?? []) : [],
  );
  const ready = nextAvailableInMs(owned.pods, rules.minReadySeconds, nowMs);
  const requeueAfterMs = Math.min(...waits, ready ?? Infinity);
  return {
    status: daemonSetStatus(daemonSet, seen.nodes, rules),
    ...(requeueAfterMs === Infinity ? {} : { requeueAfterMs }),
    ...(failure === undefined ? {} : { failure: failure.error }),
  };
}

const hashOf = ({ metadata }: ControllerRevision): string => metadata.labels?.[HASH_LABEL] ?? metadata.name;

/** Made from the template as it is, whichever of equal revisions it names; or from as many templates ago. */
function updatedBy(daemonSet: DaemonSet, revisions: readonly ControllerRevision[]): (pod: Pod) => boolean {
  const hashes = new Set(revisions.map(hashOf));
  const generation = templateGenerationOf(daemonSet);
  return ({ metadata: { labels = {} } }) =>
    hashes.has(labels[HASH_LABEL] ?? '') ||
    (generation !== undefined && labels[GENERATION_LABEL] === String(generation));
}

const failed = (ended: Ended): Ended => ended.filter(({ pod }) => pod.status.phase === 'Failed');

function reportEnded({ event }: Context, ended: Ended): void {
  for (const { pod, node } of ended) {
    const where = `daemon pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name} on node ${node}`;
    if (pod.status.phase === 'Failed')
      event('Warning', 'FailedDaemonPod', `Found failed ${where}, will try to kill it`);
    else event('Normal', 'SucceededDaemonPod', `Found succeeded ${where}, will try to delete it`);
  }
}

function act({ object, client, event }: Context, hash: string, plan: DaemonPlan): Promise<PodFailure | undefined> {
  const { template } = object.spec;
  const generation = templateGenerationOf(object);
  const create = plan.create.slice(0, DAEMON_BURST).map(node => daemonPodTemplate(template, node, hash, generation));
  return actOnPods({ create, remove: plan.remove.slice(0, DAEMON_BURST) }, { owner: object, client, event });
}

async function forgetOld({ object, owned, client }: Context, old: readonly ControllerRevision[]): Promise<void> {
  const live = new Set(owned.pods.map(({ metadata }) => metadata.labels?.[HASH_LABEL]));
  const surplus = revisionsToForget(old, object.spec.revisionHistoryLimit, revision => live.has(hashOf(revision)));
  await forgetRevisions(client, surplus);
}
