import {
  forbidden,
  invalid,
  notSupported,
  placed,
  placedAfter,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import type { Labels } from '../../../../src/api/label-selector.ts';
import { validateAnnotations, validateLabels } from '../../../../src/api/validate-metadata.ts';
import type { PodTemplateSpec } from './pod-template-spec.ts';
import { validatePodAnnotations } from './validate-pod-annotations.ts';
import { validatePodSpec } from './validate-pod-spec.ts';

export function validatePodTemplate({ metadata, spec }: PodTemplateSpec, field: string): readonly FieldError[] {
  return [
    ...placed(`${field}.metadata`, validateLabels(metadata?.labels, `${field}.labels`)),
    ...placed(`${field}.metadata`, validateAnnotations(metadata?.annotations, `${field}.annotations`)),
    ...placed(`${field}.metadata`, validatePodAnnotations(metadata?.annotations, spec, `${field}.annotations`)),
    ...validatePodSpec(spec, `${field}.spec`, 'template'),
    ...((spec.ephemeralContainers ?? []).length === 0
      ? []
      : placedAfter(field, [
          forbidden(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'),
        ])),
  ];
}

/** A template whose pods `owner` keeps running, and finds again by what `matches` their labels. */
export function validateOwnedTemplate(
  owner: 'DaemonSet' | 'ReplicaSet' | 'ReplicationController' | 'StatefulSet',
  matches: (labels: Labels | undefined) => boolean,
  template: PodTemplateSpec,
): readonly FieldError[] {
  const { metadata, spec } = template;
  const labels = metadata?.labels;
  const unlike = invalid(
    'spec.template.metadata.labels',
    labels ?? null,
    '`selector` does not match template `labels`',
  );
  const restarts = notSupported('spec.template.spec.restartPolicy', spec.restartPolicy, ['Always']);
  const ends = forbidden(
    'spec.template.spec.activeDeadlineSeconds',
    `activeDeadlineSeconds in ${owner} is not Supported`,
  );
  return [
    ...(matches(labels) ? [] : [unlike]),
    ...validatePodTemplate(template, 'spec.template'),
    ...placedAfter('spec.template', [
      ...(spec.restartPolicy === 'Always' ? [] : [restarts]),
      ...(spec.activeDeadlineSeconds === undefined ? [] : [ends]),
    ]),
  ];
}
