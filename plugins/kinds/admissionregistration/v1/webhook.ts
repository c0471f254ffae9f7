import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, int32, list, listMap, object, oneOf, string } from '../../../../src/schema/schema.ts';
import { matchCondition } from './match-condition.ts';
import { ruleWithOperations } from './rule-with-operations.ts';
import { webhookClientConfig } from './webhook-client-config.ts';

const GROUP = 'io.k8s.api.admissionregistration.v1';

const failurePolicy = oneOf('Fail', 'Ignore')
  .default('Fail')
  .doc('What becomes of a request where the webhook cannot be asked: it fails, or goes on.');
const matchPolicy = oneOf('Equivalent', 'Exact')
  .default('Equivalent')
  .doc('Whether rules are also met by requests to other versions of what they name.');
const sideEffects = oneOf('None', 'NoneOnDryRun')
  .choices('None', 'NoneOnDryRun', 'Some', 'Unknown')
  .tells(null)
  .zero()
  .byRule()
  .doc('Whether being asked changes anything; those that always do are not asked of dry runs.');
const timeoutSeconds = int32().default(10).doc('How long is waited for an answer, 1 to 30 seconds.');
const selector = (doc: string) => labelSelector.default({}).doc(doc);
const namespaceSelector = selector('Namespaces whose objects it is asked about.');
const objectSelector = selector('Objects it is asked about, before or after the change.');
const admissionReviewVersions = list(string()).zero().doc('Versions of AdmissionReview it knows, best first.');
const matchConditions = listMap(matchCondition, 'name')
  .omitEmpty()
  .doc('Conditions that requests must all meet, besides the rules.');

export const mutatingWebhook = object({
  name: string().zero().doc('Its full name, such as imagepolicy.example.com.').at(1),
  rules: list(ruleWithOperations).omitEmpty().doc('What it is asked about.').at(3),
  failurePolicy: failurePolicy.at(4),
  matchPolicy: matchPolicy.at(9),
  sideEffects: sideEffects.at(6),
  timeoutSeconds: timeoutSeconds.at(7),
  namespaceSelector: namespaceSelector.at(5),
  objectSelector: objectSelector.at(11),
  reinvocationPolicy: oneOf('IfNeeded', 'Never')
    .default('Never')
    .doc('Whether it is asked again where others changed the object after it.')
    .at(10),
  clientConfig: webhookClientConfig.zero().doc('How it is reached.').at(2),
  matchConditions: matchConditions.at(12),
  admissionReviewVersions: admissionReviewVersions.at(8),
})
  .named(`${GROUP}.MutatingWebhook`)
  .doc('Someone who may change objects before they are stored.');
export type MutatingWebhook = Stored<typeof mutatingWebhook>;

export const validatingWebhook = object({
  name: string().zero().doc('Its full name, such as imagepolicy.example.com.').at(1),
  rules: list(ruleWithOperations).omitEmpty().doc('What it is asked about.').at(3),
  failurePolicy: failurePolicy.at(4),
  matchPolicy: matchPolicy.at(9),
  sideEffects: sideEffects.at(6),
  timeoutSeconds: timeoutSeconds.at(7),
  namespaceSelector: namespaceSelector.at(5),
  objectSelector: objectSelector.at(10),
  clientConfig: webhookClientConfig.zero().doc('How it is reached.').at(2),
  matchConditions: matchConditions.at(11),
  admissionReviewVersions: admissionReviewVersions.at(8),
})
  .named(`${GROUP}.ValidatingWebhook`)
  .doc('Someone who may refuse requests.');
export type ValidatingWebhook = Stored<typeof validatingWebhook>;
