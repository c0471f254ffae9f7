import { type Stored, int32, listSet, object, string } from '../../../../src/schema/schema.ts';

export const containerResizePolicy = object({
  resourceName: string().byRule().at(1),
  restartPolicy: string().byRule().at(2),
})
  .named('io.k8s.api.core.v1.ContainerResizePolicy')
  .doc('Whether a change of a resource restarts the container.');
export type ContainerResizePolicy = Stored<typeof containerResizePolicy>;

export const containerRestartRuleOnExitCodes = object({
  operator: string().byRule().tells(null).at(1),
  values: listSet(int32()).patchKey(null).omitEmpty().at(2),
})
  .named('io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes')
  .doc('Exit codes a rule applies to.');
export type ContainerRestartRuleOnExitCodes = Stored<typeof containerRestartRuleOnExitCodes>;

export const containerRestartRule = object({
  action: string().byRule().tells(null).at(1),
  exitCodes: containerRestartRuleOnExitCodes.optional().at(2),
})
  .named('io.k8s.api.core.v1.ContainerRestartRule')
  .doc('What to do when a container ends in some way.');
export type ContainerRestartRule = Stored<typeof containerRestartRule>;
