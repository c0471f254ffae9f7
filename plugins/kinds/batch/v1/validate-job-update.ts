import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import type { AnySchema } from '../../../../src/schema/schema.ts';
import { unversioned } from '../../../../src/schema/unversioned.ts';
import { podTemplateSpec, type PodTemplateSpec } from '../../core/v1/pod-template-spec.ts';
import { unversionedTypes } from '../../core/v1/unversioned-types.ts';
import type { Container } from '../../core/v1/container.ts';
import { podSpec, type PodSpec } from '../../core/v1/pod-spec.ts';
import { holds } from './job-conditions.ts';
import type { JobSpec } from './job-spec.ts';
import type { JobStatus } from './job-status.ts';

interface JobLike {
  readonly spec: JobSpec;
  readonly status: JobStatus;
}

/** Most of a job is settled when it is made. */
export function validateJobUpdate({ spec }: JobLike, old: JobLike): readonly FieldError[] {
  return [
    ...validateCompletions(spec, old.spec),
    ...fixed('spec.selector', spec.selector, old.spec.selector),
    ...validateTemplate(spec.template, old),
    ...FIXED.flatMap(name => fixed(`spec.${name}`, spec[name], old.spec[name])),
  ];
}

const FIXED = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const;

function fixed(field: string, value: unknown, old: unknown, schema?: AnySchema): readonly FieldError[] {
  if (isDeepEqual(value, old)) return [];
  const shown = schema === undefined ? (value ?? null) : unversioned(schema.node, value, unversionedTypes);
  return [invalid(field, shown, 'field is immutable')];
}

function validateCompletions(spec: JobSpec, { completions: old }: JobSpec): readonly FieldError[] {
  const { completions, parallelism, completionMode } = spec;
  if (completionMode !== 'Indexed') return fixed('spec.completions', completions, old);
  const isTandem = completions === old || completions === undefined || completions === parallelism;
  return isTandem
    ? []
    : [invalid('spec.completions', completions, 'can only be modified in tandem with spec.parallelism')];
}

/** Where its pods may go and what they ask for may be changed as long as there are none. */
function validateTemplate(template: PodTemplateSpec, { spec, status }: JobLike): readonly FieldError[] {
  const isSuspended = spec.suspend === true;
  const isIdle = (status.startTime === undefined || holds(status, 'Suspended')) && (status.active ?? 0) === 0;
  if (!isSuspended || !isIdle) return fixed('spec.template', template, spec.template, podTemplateSpec);
  const allowed = withResources(withDirectives(spec.template.spec, template.spec), template.spec);
  return fixed('spec.template.spec', template.spec, allowed, podSpec);
}

/** `old`, going where `next` goes. */
function withDirectives(old: PodSpec, next: PodSpec): PodSpec {
  const { affinity: oldAffinity, nodeSelector: _s, tolerations: _t, schedulingGates: _g, ...rest } = old;
  const { affinity, nodeSelector, tolerations, schedulingGates } = next;
  const { nodeAffinity: _n, ...kept } = oldAffinity ?? {};
  const merged = affinity?.nodeAffinity === undefined ? kept : { ...kept, nodeAffinity: affinity.nodeAffinity };
  const isNone = affinity === undefined && Object.keys(merged).length === 0;
  return {
    ...rest,
    ...(isNone ? {} : { affinity: merged }),
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(tolerations === undefined ? {} : { tolerations }),
    ...(schedulingGates === undefined ? {} : { schedulingGates }),
  };
}

/** `old`, its containers asking for what those of `next` ask for, where they are the same ones. */
function withResources(old: PodSpec, next: PodSpec): PodSpec {
  const { initContainers } = old;
  return {
    ...old,
    containers: asking(old.containers, next.containers),
    ...(initContainers === undefined ? {} : { initContainers: asking(initContainers, next.initContainers ?? []) }),
  };
}

const asking = (list: readonly Container[], others: readonly Container[]): readonly Container[] =>
  list.length !== others.length
    ? list
    : list.map((container, index) => {
        const other = others[index];
        return other?.name === container.name ? { ...container, resources: other.resources } : container;
      });
