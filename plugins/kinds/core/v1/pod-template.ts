import { validatePodTemplate } from './validate-pod-template.ts';
import { nameColumn, text } from '../../../../src/api/columns.ts';
import { formatLabels } from '../../../../src/api/format-labels.ts';
import { containerColumns } from './container-columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { podTemplateSpec, type PodTemplateSpec } from './pod-template-spec.ts';
import { defaultTemplate } from './pod-spec-defaults.ts';

/** What columns are computed from. */
interface Parts {
  readonly template: PodTemplateSpec;
}

export const PodTemplate = defineResource({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  scope: 'Namespaced',
  generation: true,
  answersDeleted: true,
  doc: 'A description of pods for others to copy.',
  openapiName: 'io.k8s.api.core.v1.PodTemplate',
  fields: {
    template: podTemplateSpec.present().doc('The pods.').at(2),
  },
  columns: [
    nameColumn,
    ...containerColumns(({ template }: Parts) => template.spec).map(({ priority: _wide, ...column }) => column),
    text('Pod Labels', 'Labels of its pods.', ({ template }: Parts) => formatLabels(template.metadata.labels)),
  ],
  defaults: podTemplate => {
    const template = defaultTemplate(podTemplate.template);
    return template === podTemplate.template ? podTemplate : { ...podTemplate, template };
  },
  validate: ({ template }) => validatePodTemplate(template, 'template'),
});
export type PodTemplate = ObjectOf<typeof PodTemplate>;
