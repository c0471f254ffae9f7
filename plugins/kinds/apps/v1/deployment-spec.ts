import { podTemplateSpec } from '../../core/v1/pod-template-spec.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, boolean, int32, intOrString, object, oneOf } from '../../../../src/schema/schema.ts';

export const rollingUpdateDeployment = object({
  maxUnavailable: intOrString().optional().doc('How many may be lacking, as a number or in percent.').at(1),
  maxSurge: intOrString().optional().doc('How many may be too many, as a number or in percent.').at(2),
})
  .named('io.k8s.api.apps.v1.RollingUpdateDeployment')
  .doc('How many pods are replaced at a time.');
export type RollingUpdateDeployment = Stored<typeof rollingUpdateDeployment>;

export const deploymentStrategy = object({
  type: oneOf('Recreate', 'RollingUpdate').byRule().whenEmpty('RollingUpdate').doc('Recreate or RollingUpdate.').at(1),
  rollingUpdate: rollingUpdateDeployment.optional().doc('Settings of RollingUpdate.').at(2),
})
  .named('io.k8s.api.apps.v1.DeploymentStrategy')
  .doc('How pods are replaced.');
export type DeploymentStrategy = Stored<typeof deploymentStrategy>;

export const deploymentSpec = object({
  replicas: int32().min(0).default(1).doc('How many pods there shall be.').at(1),
  selector: labelSelector.byRule().doc('Labels of the pods it owns.').at(2),
  template: podTemplateSpec.zero().doc('The pods it makes.').at(3),
  strategy: deploymentStrategy.retainKeys().present().doc('How pods are replaced.').at(4),
  minReadySeconds: int32().min(0).omitEmpty().doc('How long a pod must be ready to count as available.').at(5),
  revisionHistoryLimit: int32().min(0).default(10).doc('Old replica sets to keep.').at(6),
  paused: boolean().omitEmpty().doc('Changes are not rolled out.').at(7),
  progressDeadlineSeconds: int32().min(0).default(600).doc('Time without progress that counts as failure.').at(9),
})
  .named('io.k8s.api.apps.v1.DeploymentSpec')
  .doc('What a deployment shall roll out.');
export type DeploymentSpec = Stored<typeof deploymentSpec>;
