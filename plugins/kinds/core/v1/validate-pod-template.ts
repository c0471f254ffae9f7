import {
  forbidden,
  invalid,
  notSupported,
  placed,
  placedAfter,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { labelMatcher, validateLabelSelector, type LabelSelector } from '../../../../src/api/label-selector.ts';
import { validateAnnotations, validateLabels } from '../../../../src/api/validate-metadata.ts';
import type { PodTemplateSpec } from './pod-template-spec.ts';
import { validatePodSpec } from './validate-pod-spec.ts';

export function validatePodTemplate({ metadata, spec }: PodTemplateSpec, field: string): readonly FieldError[] {
  return [
    ...placed(`${field}.metadata`, validateLabels(metadata?.labels, `${field}.labels`)),
    ...placed(`${field}.metadata`, validateAnnotations(metadata?.annotations, `${field}.annotations`)),
    ...validatePodSpec(spec, `${field}.spec`, 'template'),
    ...((spec.ephemeralContainers ?? []).length === 0
      ? []
      : placedAfter(field, [
          forbidden(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'),
        ])),
  ];
}

/** A template whose pods are kept running, and are found again by `selector`. */
export function validateOwnedTemplate(
  kind: string,
  selector: LabelSelector | undefined,
  template: PodTemplateSpec,
): readonly FieldError[] {
  const { metadata, spec } = template;
  const errors = [...validateLabelSelector(selector, 'spec.selector')];
  const isEmpty = Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length === 0;
  const isGiven = selector !== undefined;
  if (isGiven && isEmpty) {
    errors.push(invalid('spec.selector', selector, `empty selector is invalid for ${kind}`));
  } else if (isGiven && errors.length === 0 && !labelMatcher(selector).matches(metadata?.labels)) {
    errors.push(
      invalid('spec.template.metadata.labels', metadata?.labels ?? null, '`selector` does not match template `labels`'),
    );
  }
  errors.push(...validatePodTemplate(template, 'spec.template'));
  if (spec.restartPolicy !== 'Always') {
    errors.push(notSupported('spec.template.spec.restartPolicy', spec.restartPolicy, ['Always']));
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${ACTIVE_DEADLINE_OWNERS[kind] ?? 'ReplicaSet'} is not Supported`;
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', detail));
  }
  return errors;
}

/** Upstream judges a deployment's template as a replica set's. */
const ACTIVE_DEADLINE_OWNERS: Readonly<Record<string, string>> = { 'replication controller': 'ReplicationController' };
