import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { applyDefaults } from '../../../../src/schema/defaults.ts';
import { defaultTemplate } from '../../core/v1/pod-spec-defaults.ts';
import { podTemplateSpec, type PodTemplateSpec } from '../../core/v1/pod-template-spec.ts';

/** Counts the templates a daemon set has had; extensions/v1beta1 knew it as a field. */
export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

interface Templated {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly template: PodTemplateSpec };
}

/** `undefined` where it cannot be read. */
export function templateGenerationOf({ metadata }: Pick<Templated, 'metadata'>): number | undefined {
  const text = metadata.annotations?.[TEMPLATE_GENERATION] ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export function withTemplateGeneration<T extends Templated>(object: T, generation: number): T {
  const { metadata } = object;
  const annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** Whatever a client says: one more than before when the template changes, else the same. */
export function keepTemplateGeneration<T extends Templated>(object: T, old: T): T {
  const before = templateGenerationOf(old) ?? 0;
  const isSame = isDeepEqual(settledTemplate(object.spec.template), old.spec.template);
  return withTemplateGeneration(object, isSame ? before : before + 1);
}

/** A client's template may lack what defaults add. */
const settledTemplate = (template: PodTemplateSpec): PodTemplateSpec =>
  defaultTemplate(applyDefaults(podTemplateSpec.node, template) as PodTemplateSpec);
