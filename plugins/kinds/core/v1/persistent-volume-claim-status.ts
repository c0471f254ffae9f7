import { resourceList } from './resource-list.ts';
import { type Stored, list, listMap, map, object, oneOf, string, time } from '../../../../src/schema/schema.ts';

export const persistentVolumeClaimCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastProbeTime: time().orNullWhenAbsent().doc('When it was looked at last.').at(3),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(4),
  reason: string().omitEmpty().doc('Why, in one word.').at(5),
  message: string().omitEmpty().doc('Why, for people.').at(6),
})
  .named('io.k8s.api.core.v1.PersistentVolumeClaimCondition')
  .doc('One aspect of the state of a claim.');
export type PersistentVolumeClaimCondition = Stored<typeof persistentVolumeClaimCondition>;

export const modifyVolumeStatus = object({
  targetVolumeAttributesClassName: string().omitEmpty().doc('The class it is to have.').at(1),
  status: string()
    .choices('InProgress', 'Infeasible', 'Pending')
    .zero()
    .doc('Pending, InProgress or Infeasible.')
    .at(2),
})
  .named('io.k8s.api.core.v1.ModifyVolumeStatus')
  .doc('How far a change of attributes is.');

export const persistentVolumeClaimStatus = object({
  phase: oneOf('Bound', 'Lost', 'Pending').byRule().whenEmpty('Pending').doc('Bound, Lost or Pending.').at(1),
  accessModes: list(string().choices('ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'))
    .omitEmpty()
    .doc('How its volume can be mounted.')
    .at(2),
  capacity: resourceList.omitEmpty().doc('How much its volume holds.').at(3),
  conditions: listMap(persistentVolumeClaimCondition, 'type').omitEmpty().doc('Aspects of its state.').at(4),
  allocatedResources: resourceList.omitEmpty().doc('How much its volume is to hold.').at(5),
  allocatedResourceStatuses: map(
    string().choices(
      'ControllerResizeInProgress',
      'ControllerResizeInfeasible',
      'NodeResizeInProgress',
      'NodeResizeInfeasible',
      'NodeResizePending',
    ),
  )
    .granular()
    .omitEmpty()
    .doc('How far that is.')
    .at(7),
  currentVolumeAttributesClassName: string().optional().doc('Class of the attributes it has.').at(8),
  modifyVolumeStatus: modifyVolumeStatus.optional().doc('How far a change of attributes is.').at(9),
})
  .named('io.k8s.api.core.v1.PersistentVolumeClaimStatus')
  .doc('How a claim is.');
export type PersistentVolumeClaimStatus = Stored<typeof persistentVolumeClaimStatus>;
