import { dns1035LabelProblems } from '../../../../src/base/dns-label.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import {
  forbidden,
  invalid,
  placedAfter,
  notSupported,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import type {
  CustomResourceConversion,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionStatus,
} from './custom-resource-definition-spec.ts';
import { validateWebhookClient } from '../../admissionregistration/v1/validate-webhook-client.ts';
import { printedVersions, validateVersions } from './validate-definition-version.ts';

interface Definition extends AnyObject {
  readonly spec: CustomResourceDefinitionSpec;
  readonly status: CustomResourceDefinitionStatus;
}

/** Its name says what it defines. */
export function nameProblemsOf({ metadata, spec }: Definition): readonly FieldError[] {
  const wanted = `${spec.names.plural}.${spec.group}`;
  return metadata.name === wanted || metadata.name === ''
    ? []
    : [invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')];
}

/** Rules of the desired state; apiextensions' validateCustomResourceDefinitionSpec. */
export function validateDefinition({ metadata, spec }: Definition, old?: Definition): readonly FieldError[] {
  const { group, scope, versions, names } = spec;
  // What all versions share is told as if it were a field of the whole, in this order, which is upstream's.
  return placedAfter('spec', [
    ...validateGroup(group),
    ...choiceErrors('spec.scope', scope, ['Cluster', 'Namespaced']),
    ...versions.flatMap(({ schema }, index) =>
      schema?.openAPIV3Schema === undefined ? [required(`spec.versions[${index}].schema.openAPIV3Schema`)] : [],
    ),
    ...versions.flatMap(({ name }, index) => labelErrors(`spec.versions[${index}].name`, name)),
    ...versionsErrors(versions),
    ...labelErrors('spec.version', versions[0]?.name ?? 'v1'),
    ...(['plural', 'singular', 'kind', 'listKind'] as const)
      .filter(name => (names[name] ?? '') === '')
      .map(name => required(`spec.names.${name}`)),
    ...validateNames(names, 'spec.names'),
    ...validateVersions(versions),
    ...validateConversion(spec.conversion),
    ...approvalErrors(metadata, group, old),
    ...(spec.preserveUnknownFields === true
      ? [
          invalid(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
  ]);
}

export function validateDefinitionStatus({ spec, status }: Definition): readonly FieldError[] {
  const stored = status.storedVersions ?? [];
  const field = 'status.storedVersions';
  if (stored.length === 0) return [invalid(field, null, 'must have at least one stored version')];
  const served = new Set(spec.versions.map(({ name }) => name));
  return [
    ...validateNames(status.acceptedNames, 'status.acceptedNames'),
    ...spec.versions
      .filter(({ name, storage }) => storage && !stored.includes(name))
      .map(({ name }) => invalid(field, stored, `must have the storage version ${name}`)),
    ...stored.flatMap((name, index) =>
      served.has(name) ? [] : [invalid(`${field}[${index}]`, name, stillStored(name))],
    ),
  ];
}

const stillStored = (name: string): string =>
  `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;

/** Names that paths and stored objects go by stay. */
export function validateDefinitionUpdate(
  { spec }: Definition,
  { spec: old, status }: Definition,
): readonly FieldError[] {
  const isEstablished = status.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True');
  const changes: readonly (readonly [string, unknown, unknown])[] = [
    ...(isEstablished === true
      ? ([
          ['spec.scope', spec.scope, old.scope],
          ['spec.names.kind', spec.names.kind, old.names.kind],
        ] as const)
      : []),
    ['spec.group', spec.group, old.group],
    ['spec.names.plural', spec.names.plural, old.names.plural],
  ];
  return changes
    .filter(([, now, before]) => now !== before)
    .map(([field, now]) => invalid(field, now, 'field is immutable'));
}

function validateGroup(group: string): readonly FieldError[] {
  if (group === '') return [required('spec.group')];
  const problems = subdomainProblems(group);
  if (problems.length > 0) return [invalid('spec.group', group, problems.join(','))];
  return group.includes('.') ? [] : [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

function choiceErrors(field: string, value: string, choices: readonly string[]): readonly FieldError[] {
  if (value === '') return [required(field)];
  return choices.includes(value) ? [] : [notSupported(field, value, choices)];
}

function versionsErrors(versions: CustomResourceDefinitionSpec['versions']): readonly FieldError[] {
  const field = 'spec.versions';
  const isRepeated = new Set(versions.map(({ name }) => name)).size < versions.length;
  const stored = versions.filter(({ storage }) => storage).length;
  return [
    ...(isRepeated ? [invalid(field, printedVersions(versions), 'must contain unique version names')] : []),
    ...(stored === 1
      ? []
      : [invalid(field, printedVersions(versions), 'must have exactly one version marked as storage version')]),
  ];
}

function validateNames(names: CustomResourceDefinitionNames, field: string): readonly FieldError[] {
  const { plural, singular = '', kind, listKind = '', shortNames = [], categories = [] } = names;
  const label = (name: string, value: string, shown = value, prefix = ''): readonly FieldError[] => {
    const problems = value === '' ? [] : dns1035LabelProblems(value);
    return problems.length === 0 ? [] : [invalid(`${field}.${name}`, shown, prefix + problems.join(','))];
  };
  const mixed = 'may have mixed case, but should otherwise match: ';
  return [
    ...label('plural', plural),
    ...label('singular', singular),
    ...label('kind', kind.toLowerCase(), kind, mixed),
    ...label('listKind', listKind.toLowerCase(), listKind, mixed),
    ...shortNames.flatMap((name, index) => labelErrors(`${field}.shortNames[${index}]`, name)),
    ...(kind !== '' && kind === listKind
      ? [invalid(`${field}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...categories.flatMap((name, index) => labelErrors(`${field}.categories[${index}]`, name)),
  ];
}

function labelErrors(field: string, value: string): readonly FieldError[] {
  const problems = dns1035LabelProblems(value);
  return problems.length === 0 ? [] : [invalid(field, value, problems.join(','))];
}

const REVIEW_VERSIONS = ['v1', 'v1beta1'];

function validateConversion(conversion: CustomResourceConversion | undefined): readonly FieldError[] {
  if (conversion === undefined) return [];
  const { strategy, webhook } = conversion;
  const { clientConfig, conversionReviewVersions: versions = [] } = webhook ?? {};
  const field = 'spec.conversion';
  if (strategy !== 'Webhook') {
    return [
      ...choiceErrors(`${field}.strategy`, strategy, ['None', 'Webhook']),
      ...(clientConfig === undefined
        ? []
        : [forbidden(`${field}.webhookClientConfig`, 'should not be set when strategy is not set to Webhook')]),
      ...(versions.length === 0
        ? []
        : [forbidden(`${field}.conversionReviewVersions`, 'should not be set when strategy is not set to Webhook')]),
    ];
  }
  const client =
    clientConfig === undefined
      ? [required(`${field}.webhookClientConfig`, 'required when strategy is set to Webhook')]
      : validateWebhookClient(`${field}.webhookClientConfig`, clientConfig);
  const reviews = `${field}.conversionReviewVersions`;
  if (versions.length === 0) return [...client, required(reviews)];
  const known = versions.some(version => REVIEW_VERSIONS.includes(version));
  return [
    ...client,
    ...versions.flatMap((version, index) =>
      versions.indexOf(version) < index
        ? [invalid(`${reviews}[${index}]`, version, 'duplicate version')]
        : labelErrors(`${reviews}[${index}]`, version),
    ),
    ...(known ? [] : [invalid(reviews, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`)]),
  ];
}

const APPROVED = 'api-approved.kubernetes.io';
const PROPOSAL = 'see https://github.com/kubernetes/enhancements/pull/1111';

/** Groups of the Kubernetes community are for what it has approved (KEP-1111). */
function approvalErrors(
  { annotations = {} }: Definition['metadata'],
  group: string,
  old?: Definition,
): readonly FieldError[] {
  const isProtected =
    group === 'k8s.io' || group.endsWith('.k8s.io') || group === 'kubernetes.io' || group.endsWith('.kubernetes.io');
  const annotation = annotations[APPROVED] ?? '';
  if (!isProtected || (old !== undefined && isDeepEqual(old.metadata.annotations?.[APPROVED] ?? '', annotation)))
    return [];
  const field = `metadata.annotations[${APPROVED}]`;
  if (annotation === '')
    return [required(field, `protected groups must have approval annotation "${APPROVED}", ${PROPOSAL}`)];
  if (annotation.startsWith('unapproved') || URL.canParse(annotation)) return [];
  const either = 'with either a URL or a reason starting with "unapproved"';
  return [
    invalid(field, annotation, `protected groups must have approval annotation "${APPROVED}" ${either}, ${PROPOSAL}`),
  ];
}
