import { boolean, int32, list, listMap, listSet, object, string, type Stored } from '../../../../src/schema/schema.ts';
import { flowSchemaCondition } from './flow-condition.ts';

const V1 = 'io.k8s.api.flowcontrol.v1';

const name = string().zero().doc('Its name.').at(1);

const serviceAccountSubject = object({
  namespace: string().zero().doc('Its namespace.').at(1),
  name: string().zero().doc('Its name, or * for all.').at(2),
})
  .named(`${V1}.ServiceAccountSubject`)
  .doc('A service account.');

const subject = object({
  kind: string().zero().doc('Group, ServiceAccount or User.').at(1),
  user: object({ name }).named(`${V1}.UserSubject`).doc('A user.').optional().at(2),
  group: object({ name }).named(`${V1}.GroupSubject`).doc('A group of users.').optional().at(3),
  serviceAccount: serviceAccountSubject.optional().at(4),
})
  .named(`${V1}.Subject`)
  .union({ group: 'Group', serviceAccount: 'ServiceAccount', user: 'User' }, 'kind')
  .doc('Who asks.');
export type Subject = Stored<typeof subject>;

const resourcePolicyRule = object({
  verbs: listSet(string()).patchKey(null).zero().doc('What is done.').at(1),
  apiGroups: listSet(string()).patchKey(null).zero().doc('Groups of what it is done to.').at(2),
  resources: listSet(string()).patchKey(null).zero().doc('Resources that it is done to.').at(3),
  clusterScope: boolean().omitEmpty().doc('Requests without a namespace are meant, too.').at(4),
  namespaces: listSet(string()).patchKey(null).default([]).doc('Namespaces it is done in.').at(5),
})
  .named(`${V1}.ResourcePolicyRule`)
  .doc('Requests about resources.');
export type ResourcePolicyRule = Stored<typeof resourcePolicyRule>;

const nonResourcePolicyRule = object({
  verbs: listSet(string()).patchKey(null).zero().doc('What is done.').at(1),
  nonResourceURLs: listSet(string()).patchKey(null).zero().doc('Paths that it is done to.').at(6),
})
  .named(`${V1}.NonResourcePolicyRule`)
  .doc('Requests about other paths.');
export type NonResourcePolicyRule = Stored<typeof nonResourcePolicyRule>;

const policyRulesWithSubjects = object({
  subjects: list(subject).zero().doc('Who asks.').at(1),
  resourceRules: list(resourcePolicyRule).omitEmpty().doc('For what, of resources.').at(2),
  nonResourceRules: list(nonResourcePolicyRule).omitEmpty().doc('For what, of other paths.').at(3),
})
  .named(`${V1}.PolicyRulesWithSubjects`)
  .doc('Requests that are alike.');
export type PolicyRulesWithSubjects = Stored<typeof policyRulesWithSubjects>;

export const flowSchemaSpec = object({
  priorityLevelConfiguration: object({ name })
    .named(`${V1}.PriorityLevelConfigurationReference`)
    .doc('A priority level.')
    .zero()
    .at(1),
  matchingPrecedence: int32().whenEmpty(1000).tells(0).doc('Lower ones are asked first.').at(2),
  distinguisherMethod: object({ type: string().zero().doc('ByUser or ByNamespace.').at(1) })
    .named(`${V1}.FlowDistinguisherMethod`)
    .doc('By what requests are told apart.')
    .optional()
    .at(3),
  rules: list(policyRulesWithSubjects).omitEmpty().doc('Which requests.').at(4),
})
  .named(`${V1}.FlowSchemaSpec`)
  .doc('Which requests have which priority.');
export type FlowSchemaSpec = Stored<typeof flowSchemaSpec>;

export const flowSchemaStatus = object({
  conditions: listMap(flowSchemaCondition, 'type').omitEmpty().doc('Aspects of its state.').at(1),
})
  .named(`${V1}.FlowSchemaStatus`)
  .doc('How it fares.');
export type FlowSchemaStatus = Stored<typeof flowSchemaStatus>;
