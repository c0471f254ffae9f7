import { podTemplateSpec } from '../../core/v1/pod-template-spec.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import {
  type Stored,
  int32,
  int64,
  intOrString,
  listMap,
  object,
  oneOf,
  string,
  time,
} from '../../../../src/schema/schema.ts';

export const rollingUpdateDaemonSet = object({
  maxUnavailable: intOrString().optional().doc('How many may be lacking, as a number or in percent.').at(1),
  maxSurge: intOrString().optional().doc('How many nodes may have a second one, as a number or in percent.').at(2),
})
  .named('io.k8s.api.apps.v1.RollingUpdateDaemonSet')
  .doc('How many pods are replaced at a time.');
export type RollingUpdateDaemonSet = Stored<typeof rollingUpdateDaemonSet>;

export const daemonSetUpdateStrategy = object({
  type: oneOf('RollingUpdate', 'OnDelete').byRule().whenEmpty('RollingUpdate').doc('RollingUpdate or OnDelete.').at(1),
  rollingUpdate: rollingUpdateDaemonSet.optional().doc('Settings of RollingUpdate.').at(2),
})
  .named('io.k8s.api.apps.v1.DaemonSetUpdateStrategy')
  .doc('How pods are replaced.');
export type DaemonSetUpdateStrategy = Stored<typeof daemonSetUpdateStrategy>;

export const daemonSetSpec = object({
  selector: labelSelector.byRule().doc('Labels of the pods it owns.').at(1),
  template: podTemplateSpec.zero().doc('The pods it makes.').at(2),
  minReadySeconds: int32().min(0).omitEmpty().doc('How long a pod must be ready to count as available.').at(4),
  updateStrategy: daemonSetUpdateStrategy.present().doc('How pods are replaced.').at(3),
  revisionHistoryLimit: int32().min(0).default(10).doc('Old revisions to keep.').at(6),
})
  .named('io.k8s.api.apps.v1.DaemonSetSpec')
  .doc('What a daemon set shall run.');
export type DaemonSetSpec = Stored<typeof daemonSetSpec>;

export const daemonSetCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(3),
  reason: string().omitEmpty().doc('Why, in one word.').at(4),
  message: string().omitEmpty().doc('Why, for people.').at(5),
})
  .named('io.k8s.api.apps.v1.DaemonSetCondition')
  .doc('One aspect of the state of a daemon set.');
export type DaemonSetCondition = Stored<typeof daemonSetCondition>;

export const daemonSetStatus = object({
  currentNumberScheduled: int32().min(0).zero().doc('Nodes that have its pod and should.').at(1),
  numberMisscheduled: int32().min(0).zero().doc('Nodes that have its pod and should not.').at(2),
  desiredNumberScheduled: int32().min(0).zero().doc('Nodes that should have its pod.').at(3),
  numberReady: int32().min(0).zero().doc('Of those, how many have a ready one.').at(4),
  observedGeneration: int64().min(0).omitEmpty().doc('Generation the status speaks of.').at(5),
  updatedNumberScheduled: int32().min(0).omitEmpty().doc('How many have one of the present template.').at(6),
  numberAvailable: int32().min(0).omitEmpty().doc('How many have an available one.').at(7),
  numberUnavailable: int32().min(0).omitEmpty().doc('How many lack an available one.').at(8),
  collisionCount: int32().min(0).optional().doc('Collisions of template hashes.').at(9),
  conditions: listMap(daemonSetCondition, 'type').omitEmpty().doc('Aspects of its state.').at(10),
})
  .named('io.k8s.api.apps.v1.DaemonSetStatus')
  .doc('How far a daemon set is.');
export type DaemonSetStatus = Stored<typeof daemonSetStatus>;
