import type { InputOf } from '../../../src/api/resource.ts';
import type { Job } from '../../kinds/batch/v1/job.ts';
import type { Container } from '../../kinds/core/v1/container.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import {
  COMPLETION_INDEX,
  failureAnnotations,
  failuresOfIndex,
  ignoredFailuresOfIndex,
  TRACKING_FINALIZER,
} from './job-facts.ts';
import { isCounted } from './pod-failure-policy.ts';

/** The pod a job makes; `replaced` is the one of the same index whose failures it goes on counting. */
export function newPod(job: Job, index: number | undefined, replaced: Pod | undefined): InputOf<typeof Pod> {
  const { metadata, spec } = job.spec.template;
  const finalizers = metadata.finalizers ?? [];
  const common = {
    ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
    ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
    finalizers: finalizers.includes(TRACKING_FINALIZER) ? finalizers : [...finalizers, TRACKING_FINALIZER],
  };
  const { name } = job.metadata;
  if (index === undefined) return { metadata: { generateName: `${name}-`, ...common }, spec };
  const { initContainers } = spec;
  return {
    metadata: {
      ...common,
      generateName: indexedName(name, index),
      labels: { ...metadata.labels, [COMPLETION_INDEX]: `${index}` },
      annotations: {
        ...metadata.annotations,
        [COMPLETION_INDEX]: `${index}`,
        ...(job.spec.backoffLimitPerIndex === undefined ? {} : failuresSoFar(job, replaced)),
      },
    },
    spec: {
      ...spec,
      containers: spec.containers.map(withIndexVariable),
      ...(initContainers === undefined ? {} : { initContainers: initContainers.map(withIndexVariable) }),
      hostname: `${name}-${index}`,
    },
  };
}

/** What is left of a generated name for its prefix. */
const MAX_PREFIX_CHARS = 58;

function indexedName(name: string, index: number): string {
  const suffix = `-${index}-`;
  return `${name.slice(0, MAX_PREFIX_CHARS - suffix.length)}${suffix}`;
}

function failuresSoFar({ spec }: Job, replaced: Pod | undefined): Readonly<Record<string, string>> {
  if (replaced === undefined) return failureAnnotations(0, 0);
  const counted = isCounted(spec.podFailurePolicy, replaced) ? 1 : 0;
  return failureAnnotations(failuresOfIndex(replaced) + counted, ignoredFailuresOfIndex(replaced) + 1 - counted);
}

const VARIABLE = 'JOB_COMPLETION_INDEX';

/** A variable of the same name that the template sets stands. */
function withIndexVariable(container: Container): Container {
  const { env = [] } = container;
  if (env.some(({ name }) => name === VARIABLE)) return container;
  const fieldRef = { apiVersion: 'v1', fieldPath: `metadata.labels['${COMPLETION_INDEX}']` };
  return { ...container, env: [...env, { name: VARIABLE, valueFrom: { fieldRef } }] };
}
