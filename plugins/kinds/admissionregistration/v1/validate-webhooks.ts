import { duplicate, invalid, placedAfter, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { dns1035LabelProblems } from '../../../../src/base/dns-label.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { validateMatchConditions } from './validate-match-conditions.ts';
import { validateRule } from './validate-rule.ts';
import { validateSideEffects } from './validate-side-effects.ts';
import { validateWebhookClient } from './validate-webhook-client.ts';
import type { MutatingWebhook, ValidatingWebhook } from './webhook.ts';

/** What upstream lets pass of objects older than v1 is not let pass: there are none. */
export function validateWebhooks(
  webhooks: readonly (MutatingWebhook | ValidatingWebhook)[] = [],
): readonly FieldError[] {
  return webhooks.flatMap((webhook, index) => {
    const field = `webhooks[${index}]`;
    const { name, rules = [], timeoutSeconds: seconds } = webhook;
    const isRepeated = name !== '' && webhooks.findIndex(other => other.name === name) < index;
    return [
      ...nameErrors(`${field}.name`, name),
      ...rules.flatMap((rule, at) => validateRule(`${field}.rules[${at}]`, rule)),
      ...validateSideEffects(`${field}.sideEffects`, webhook.sideEffects),
      ...(seconds >= 1 && seconds <= MAX_TIMEOUT_SECONDS
        ? []
        : [invalid(`${field}.timeoutSeconds`, seconds, 'the timeout value must be between 1 and 30 seconds')]),
      ...validateLabelSelector(webhook.namespaceSelector, `${field}.namespaceSelector`),
      ...validateLabelSelector(webhook.objectSelector, `${field}.objectSelector`),
      ...validateWebhookClient(`${field}.clientConfig`, webhook.clientConfig),
      ...validateMatchConditions(`${field}.matchConditions`, webhook.matchConditions),
      ...reviewErrors(`${field}.admissionReviewVersions`, webhook.admissionReviewVersions),
      ...(isRepeated ? placedAfter(field, [duplicate(`${field}.name`, name)]) : []),
    ];
  });
}

const MAX_TIMEOUT_SECONDS = 30;
const MIN_NAME_PARTS = 3;

function nameErrors(field: string, name: string): readonly FieldError[] {
  if (name === '') return [required(field)];
  const problems = subdomainProblems(name);
  if (problems.length > 0) return [invalid(field, name, problems.join(','))];
  return name.split('.').length >= MIN_NAME_PARTS
    ? []
    : [invalid(field, name, 'should be a domain with at least three segments separated by dots')];
}

const REVIEW_VERSIONS: readonly string[] = ['v1', 'v1beta1'];

function reviewErrors(field: string, versions: readonly string[]): readonly FieldError[] {
  if (versions.length === 0) return [required(field, `must specify one of ${REVIEW_VERSIONS.join(', ')}`)];
  const errors = versions.flatMap((version, index) =>
    versions.indexOf(version) < index
      ? [invalid(`${field}[${index}]`, version, 'duplicate version')]
      : dns1035LabelProblems(version).map(problem => invalid(`${field}[${index}]`, version, problem)),
  );
  if (versions.some(version => REVIEW_VERSIONS.includes(version))) return errors;
  const unknown = invalid(field, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`);
  return [...errors, ...placedAfter(field, [unknown])];
}
