import { validateNewPodSpec, validatePodSpec } from './validate-pod-spec.ts';
import { validatePodAnnotations } from './validate-pod-annotations.ts';
import { validatePodStatus } from './validate-pod-status.ts';
import { validatePodUpdate } from './validate-pod-update.ts';
import { podWarnings } from './pod-warnings.ts';
import { podColumns, podRowConditions } from './pod-columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ephemeralContainersPart } from './ephemeral-containers-part.ts';
import { podSpec } from './pod-spec.ts';
import { podStatus } from './pod-status.ts';
import { defaultPod } from './pod-defaults.ts';
import { prepareNewPod } from './prepare-new-pod.ts';
import { preparePodStatus } from './prepare-pod-status.ts';
import { resizePart } from './resize-part.ts';

export const Pod = defineResource({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  scope: 'Namespaced',
  answersDeleted: true,
  doc: 'A group of containers that share a network and volumes on one node.',
  openapiName: 'io.k8s.api.core.v1.Pod',
  fields: {
    spec: podSpec.expected().doc('What it shall be.').at(2),
    status: podStatus.present().doc('What it is.').at(3),
  },
  status: true,
  parts: { ephemeralcontainers: ephemeralContainersPart, resize: resizePart },
  columns: podColumns,
  rowConditions: podRowConditions,
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy,
    'spec.schedulerName': ({ spec }) => spec.schedulerName,
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status.phase ?? '',
    'status.podIP': ({ status }) => status.podIPs?.[0]?.ip ?? '',
    'status.podIPs': ({ status }) => status.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': ({ status }) => status.nominatedNodeName ?? '',
  },
  defaults: defaultPod,
  prepareForCreate: prepareNewPod,
  prepareForStatusUpdate: preparePodStatus,
  graceSeconds: ({ spec, status }, requestedSeconds) => {
    if (spec.nodeName === undefined || status.phase === 'Failed' || status.phase === 'Succeeded') return 0;
    const seconds = requestedSeconds ?? spec.terminationGracePeriodSeconds;
    return seconds < 0 ? 1 : seconds;
  },
  validate: ({ metadata, spec }) => [
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
    ...validatePodSpec(spec, 'spec', 'pod'),
  ],
  warnings: podWarnings,
  validateCreate: ({ spec }) => validateNewPodSpec(spec, 'spec'),
  validateUpdate: validatePodUpdate,
  validateStatusUpdate: validatePodStatus,
});
export type Pod = ObjectOf<typeof Pod>;
