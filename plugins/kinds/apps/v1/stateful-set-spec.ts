import { objectMeta } from '../../../../src/api/object-meta-schema.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { persistentVolumeClaimSpec } from '../../core/v1/persistent-volume-claim-spec.ts';
import { persistentVolumeClaimStatus } from '../../core/v1/persistent-volume-claim-status.ts';
import { podTemplateSpec } from '../../core/v1/pod-template-spec.ts';
import {
  type Stored,
  int32,
  int64,
  intOrString,
  list,
  listMap,
  object,
  oneOf,
  string,
  time,
} from '../../../../src/schema/schema.ts';

export const rollingUpdateStatefulSetStrategy = object({
  partition: int32().min(0).default(0).tells(null).doc('Pods with lower ordinals are left as they are.').at(1),
  maxUnavailable: intOrString().optional().doc('How many may be lacking; it is not heeded.').at(2),
})
  .named('io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy')
  .doc('Which pods are replaced.');

export const statefulSetUpdateStrategy = object({
  type: string<'RollingUpdate' | 'OnDelete'>()
    .choices('OnDelete', 'RollingUpdate')
    .omitEmpty()
    .doc('RollingUpdate or OnDelete.')
    .at(1),
  rollingUpdate: rollingUpdateStatefulSetStrategy.optional().doc('Settings of RollingUpdate.').at(2),
})
  .named('io.k8s.api.apps.v1.StatefulSetUpdateStrategy')
  .doc('How pods are replaced.');
export type StatefulSetUpdateStrategy = Stored<typeof statefulSetUpdateStrategy>;

const retention = () => oneOf('Retain', 'Delete').choices().whenEmpty('Retain');

export const statefulSetPersistentVolumeClaimRetentionPolicy = object({
  whenDeleted: retention().doc('What becomes of claims when the set is gone.').at(1),
  whenScaled: retention().doc('What becomes of the claims of pods that are scaled away.').at(2),
})
  .named('io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy')
  .doc('What becomes of claims that are not needed any more.');
export type ClaimRetentionPolicy = Stored<typeof statefulSetPersistentVolumeClaimRetentionPolicy>;

export const statefulSetOrdinals = object({
  start: int32().min(0).default(0).doc('The first one.').at(1),
})
  .named('io.k8s.api.apps.v1.StatefulSetOrdinals')
  .doc('How pods are numbered.');

/** A whole claim stands within the set, as upstream has it. */
export const volumeClaimTemplate = object({
  apiVersion: string().omitEmpty().doc('Group and version of the schema this object is written in.'),
  kind: string().omitEmpty().doc('What the object is.'),
  metadata: objectMeta.present().doc('What all objects share: names, labels, ownership.').at(1),
  spec: persistentVolumeClaimSpec.present().doc('What its volume must offer.').at(2),
  status: persistentVolumeClaimStatus.present().doc('How it is.').at(3),
})
  .named('io.k8s.api.core.v1.PersistentVolumeClaim')
  .doc('A request for a volume.');
export type VolumeClaimTemplate = Stored<typeof volumeClaimTemplate>;

export const statefulSetSpec = object({
  podManagementPolicy: oneOf('OrderedReady', 'Parallel')
    .byRule()
    .whenEmpty('OrderedReady')
    .doc('OrderedReady or Parallel.')
    .at(6),
  updateStrategy: statefulSetUpdateStrategy.present().doc('How pods are replaced.').at(7),
  persistentVolumeClaimRetentionPolicy: statefulSetPersistentVolumeClaimRetentionPolicy
    .default({ whenDeleted: 'Retain', whenScaled: 'Retain' })
    .doc('What becomes of claims that are not needed any more.')
    .at(10),
  volumeClaimTemplates: list(volumeClaimTemplate).byRule().omitEmpty().doc('Claims to make for each pod.').at(4),
  replicas: int32().min(0).default(1).doc('How many pods there shall be.').at(1),
  minReadySeconds: int32().min(0).omitEmpty().doc('How long a pod must be ready to count as available.').at(9),
  ordinals: statefulSetOrdinals.optional().doc('How pods are numbered.').at(11),
  serviceName: string().default('').doc('The service that names its pods.').at(5),
  selector: labelSelector.byRule().doc('Labels of the pods it owns.').at(2),
  template: podTemplateSpec.zero().doc('The pods it makes.').at(3),
  revisionHistoryLimit: int32().default(10).doc('Old revisions to keep.').at(8),
})
  .named('io.k8s.api.apps.v1.StatefulSetSpec')
  .doc('What a stateful set shall keep.');
export type StatefulSetSpec = Stored<typeof statefulSetSpec>;

export const statefulSetCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(3),
  reason: string().omitEmpty().doc('Why, in one word.').at(4),
  message: string().omitEmpty().doc('Why, for people.').at(5),
})
  .named('io.k8s.api.apps.v1.StatefulSetCondition')
  .doc('One aspect of the state of a stateful set.');

export const statefulSetStatus = object({
  observedGeneration: int64().omitEmpty().doc('Generation the status speaks of.').at(1),
  replicas: int32().zero().doc('How many pods there are.').at(2),
  readyReplicas: int32().omitEmpty().doc('How many are ready.').at(3),
  currentReplicas: int32().omitEmpty().doc('How many are of the current revision.').at(4),
  updatedReplicas: int32().omitEmpty().doc('How many are of the revision that is rolled out.').at(5),
  currentRevision: string().omitEmpty().doc('The revision pods had.').at(6),
  updateRevision: string().omitEmpty().doc('The revision pods are to have.').at(7),
  collisionCount: int32().optional().doc('Collisions of revision hashes.').at(9),
  conditions: listMap(statefulSetCondition, 'type').omitEmpty().doc('Aspects of its state.').at(10),
  availableReplicas: int32().default(0).doc('How many are available.').at(11),
})
  .named('io.k8s.api.apps.v1.StatefulSetStatus')
  .doc('How far a stateful set is.');
export type StatefulSetStatus = Stored<typeof statefulSetStatus>;
