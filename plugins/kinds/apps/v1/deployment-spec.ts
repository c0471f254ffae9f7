import { podTemplateSpec } from '../../core/v1/pod-template-spec.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, boolean, int32, intOrString, object, oneOf } from '../../../../src/schema/schema.ts';

export const rollingUpdateDeployment = object({
  maxUnavailable: intOrString().optional().at(1),
  maxSurge: intOrString().optional().at(2),
}).named('io.k8s.api.apps.v1.RollingUpdateDeployment');
export type RollingUpdateDeployment = Stored<typeof rollingUpdateDeployment>;

export const deploymentStrategy = object({
  type: oneOf('Recreate', 'RollingUpdate').whenEmpty('RollingUpdate').at(1),
  rollingUpdate: rollingUpdateDeployment.optional().at(2),
}).named('io.k8s.api.apps.v1.DeploymentStrategy');
export type DeploymentStrategy = Stored<typeof deploymentStrategy>;

export const deploymentSpec = object({
  replicas: int32().min(0).default(1).at(1),
  selector: labelSelector.at(2),
  template: podTemplateSpec.zero().at(3),
  strategy: deploymentStrategy.retainKeys().present().at(4),
  minReadySeconds: int32().min(0).omitEmpty().at(5),
  revisionHistoryLimit: int32().min(0).default(10).at(6),
  paused: boolean().omitEmpty().at(7),
  progressDeadlineSeconds: int32().min(0).default(600).at(9),
}).named('io.k8s.api.apps.v1.DeploymentSpec');
export type DeploymentSpec = Stored<typeof deploymentSpec>;
