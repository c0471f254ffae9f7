import type { AnyObject } from '../../src/api/object-meta.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import type { JudgedPod } from './checks/pod-check.ts';

interface Template {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}
/** Parts of the kinds below that lead to a pod. */
type Templated = AnyObject & {
  readonly template?: Template;
  readonly spec?: {
    readonly template?: Template;
    readonly jobTemplate?: { readonly spec?: { readonly template?: Template } };
  };
};

const inSpec = ({ spec }: Templated): Template | undefined => spec?.template;

/** Kinds that make pods, by plural and group, and where their template is. */
const TEMPLATES: Readonly<Record<string, (object: Templated) => Template | undefined>> = {
  replicationcontrollers: inSpec,
  podtemplates: ({ template }) => template,
  'replicasets.apps': inSpec,
  'deployments.apps': inSpec,
  'statefulsets.apps': inSpec,
  'daemonsets.apps': inSpec,
  'jobs.batch': inSpec,
  'cronjobs.batch': ({ spec }) => spec?.jobTemplate?.spec?.template,
};

export const TEMPLATED: readonly string[] = Object.keys(TEMPLATES);

export const judgedPod = ({ metadata, spec }: Template): JudgedPod => ({
  annotations: metadata?.annotations ?? {},
  spec,
});

/** The pods that an object of a kind makes. */
export function podTemplateOf(resource: string, object: AnyObject): JudgedPod | undefined {
  const template = TEMPLATES[resource]?.(object);
  return template === undefined ? undefined : judgedPod(template);
}
