import { type Stored, int32, list, listSet, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const podFailurePolicyOnExitCodesRequirement = object({
  containerName: string().optional().doc('The container that is asked; any of them when left out.').at(1),
  operator: string<'In' | 'NotIn'>()
    .choices('In', 'NotIn')
    .zero()
    .doc('In or NotIn; an exit with 0 never matches.')
    .at(2),
  values: listSet(int32()).patchKey(null).zero().doc('Exit codes, in order.').at(3),
})
  .named('io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement')
  .doc('Exit codes that a rule is about.');
export type OnExitCodes = Stored<typeof podFailurePolicyOnExitCodesRequirement>;

export const podFailurePolicyOnPodConditionsPattern = object({
  type: string().zero().doc('Type of the condition.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().whenEmpty('True').tells('').doc('Its status.').at(2),
})
  .named('io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern')
  .doc('A condition that a rule is about.');
export type OnPodCondition = Stored<typeof podFailurePolicyOnPodConditionsPattern>;

export const podFailurePolicyRule = object({
  action: string<'Count' | 'FailIndex' | 'FailJob' | 'Ignore'>()
    .choices('Count', 'FailIndex', 'FailJob', 'Ignore')
    .zero()
    .doc('What a match leads to.')
    .at(1),
  onExitCodes: podFailurePolicyOnExitCodesRequirement.optional().doc('Exit codes that match.').at(2),
  onPodConditions: list(podFailurePolicyOnPodConditionsPattern)
    .omitEmpty()
    .doc('Conditions, one of which is enough to match.')
    .at(3),
})
  .named('io.k8s.api.batch.v1.PodFailurePolicyRule')
  .doc('What is done about one way in which pods fail.');
export type PodFailurePolicyRule = Stored<typeof podFailurePolicyRule>;

export const podFailurePolicy = object({
  rules: list(podFailurePolicyRule).zero().doc('The first that matches counts.').at(1),
})
  .named('io.k8s.api.batch.v1.PodFailurePolicy')
  .doc('How failed pods count.');
export type PodFailurePolicy = Stored<typeof podFailurePolicy>;

export const successPolicyRule = object({
  succeededIndexes: string().optional().doc('Indexes that must succeed, such as 1,3-5.').at(1),
  succeededCount: int32().optional().doc('How many of them are enough.').at(2),
})
  .named('io.k8s.api.batch.v1.SuccessPolicyRule')
  .doc('Indexes whose success is enough.');
export type SuccessPolicyRule = Stored<typeof successPolicyRule>;

export const successPolicy = object({
  rules: list(successPolicyRule).zero().doc('One that is met is enough.').at(1),
})
  .named('io.k8s.api.batch.v1.SuccessPolicy')
  .doc('When an indexed job has succeeded before all of its indexes have.');
export type SuccessPolicy = Stored<typeof successPolicy>;

export const podReplacementPolicy = oneOf('Failed', 'TerminatingOrFailed');
