import { dig, listAt, numberAt, textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { nameOf } from '../kube-object.ts';

export interface Progress {
  readonly message: string;
  readonly isDone: boolean;
}

const REVISION = 'deployment.kubernetes.io/revision';

/** How far the rollout of a workload is: k8s.io/kubectl/pkg/polymorphichelpers.StatusViewer. */
export function rolloutProgress(kind: string, object: unknown, revision: number): Progress {
  if (kind === 'Deployment') return deploymentProgress(object, revision);
  if (kind === 'DaemonSet') return daemonSetProgress(object);
  if (kind === 'StatefulSet') return statefulSetProgress(object);
  throw new Failure(`no status viewer has been implemented for ${kind}`);
}

const isObserved = (object: unknown): boolean =>
  (numberAt(object, 'metadata', 'generation') ?? 0) <= (numberAt(object, 'status', 'observedGeneration') ?? 0);
const waiting = (message: string): Progress => ({ message, isDone: false });
const done = (message: string): Progress => ({ message, isDone: true });

function deploymentProgress(object: unknown, revision: number): Progress {
  const name = JSON.stringify(nameOf(object));
  const count = (field: string): number => numberAt(object, 'status', field) ?? 0;
  const there = textAt(object, 'metadata', 'annotations', REVISION);
  if (revision > 0 && there !== String(revision)) {
    throw new Failure(`desired revision (${revision}) is different from the running revision (${there})`);
  }
  if (!isObserved(object)) return waiting('Waiting for deployment spec update to be observed...\n');
  const progressing = listAt(object, 'status', 'conditions').find(each => textAt(each, 'type') === 'Progressing');
  if (textAt(progressing, 'reason') === 'ProgressDeadlineExceeded') {
    throw new Failure(`deployment ${name} exceeded its progress deadline`);
  }
  const wanted = numberAt(object, 'spec', 'replicas');
  const [replicas, updated, available] = [count('replicas'), count('updatedReplicas'), count('availableReplicas')];
  const about = `Waiting for deployment ${name} rollout to finish: `;
  if (wanted !== undefined && updated < wanted) {
    return waiting(`${about}${updated} out of ${wanted} new replicas have been updated...\n`);
  }
  if (replicas > updated) return waiting(`${about}${replicas - updated} old replicas are pending termination...\n`);
  if (available < updated) return waiting(`${about}${available} of ${updated} updated replicas are available...\n`);
  return done(`deployment ${name} successfully rolled out\n`);
}

function daemonSetProgress(object: unknown): Progress {
  if (textAt(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate') {
    throw new Failure('rollout status is only available for RollingUpdate strategy type');
  }
  const name = JSON.stringify(nameOf(object));
  const count = (field: string): number => numberAt(object, 'status', field) ?? 0;
  if (!isObserved(object)) return waiting('Waiting for daemon set spec update to be observed...\n');
  const [wanted, updated, available] = [
    count('desiredNumberScheduled'),
    count('updatedNumberScheduled'),
    count('numberAvailable'),
  ];
  const about = `Waiting for daemon set ${name} rollout to finish: `;
  if (updated < wanted) return waiting(`${about}${updated} out of ${wanted} new pods have been updated...\n`);
  if (available < wanted) return waiting(`${about}${available} of ${wanted} updated pods are available...\n`);
  return done(`daemon set ${name} successfully rolled out\n`);
}

function statefulSetProgress(object: unknown): Progress {
  if (textAt(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate') {
    throw new Failure('rollout status is only available for RollingUpdate strategy type');
  }
  const count = (field: string): number => numberAt(object, 'status', field) ?? 0;
  if (!isObserved(object)) return waiting('Waiting for statefulset spec update to be observed...\n');
  const wanted = numberAt(object, 'spec', 'replicas');
  if (wanted !== undefined && count('readyReplicas') < wanted) {
    return waiting(`Waiting for ${wanted - count('readyReplicas')} pods to be ready...\n`);
  }
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  if (partition !== undefined && partition > 0 && wanted !== undefined) {
    const updated = count('updatedReplicas');
    if (updated < wanted - partition) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updated} out of ${wanted - partition} new pods have been updated...\n`,
      );
    }
    return done(`partitioned roll out complete: ${updated} new pods have been updated...\n`);
  }
  const [current, update] = [dig(object, 'status', 'currentRevision'), dig(object, 'status', 'updateRevision')];
  if (update !== current) {
    return waiting(
      `waiting for statefulset rolling update to complete ${count('updatedReplicas')} pods at revision ${String(update)}...\n`,
    );
  }
  return done(
    `statefulset rolling update complete ${count('currentReplicas')} pods at revision ${String(current)}...\n`,
  );
}
