import { type Stored, int32, listSet, object, string } from '../../../../src/schema/schema.ts';

export const containerResizePolicy = object({
  resourceName: string().at(1),
  restartPolicy: string().at(2),
}).named('io.k8s.api.core.v1.ContainerResizePolicy');
export type ContainerResizePolicy = Stored<typeof containerResizePolicy>;

export const containerRestartRuleOnExitCodes = object({
  operator: string().omitEmpty().at(1),
  values: listSet(int32()).patchKey(null).omitEmpty().at(2),
}).named('io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes');
export type ContainerRestartRuleOnExitCodes = Stored<typeof containerRestartRuleOnExitCodes>;

export const containerRestartRule = object({
  action: string().omitEmpty().at(1),
  exitCodes: containerRestartRuleOnExitCodes.optional().at(2),
}).named('io.k8s.api.core.v1.ContainerRestartRule');
export type ContainerRestartRule = Stored<typeof containerRestartRule>;
