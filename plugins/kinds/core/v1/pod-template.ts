import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { podTemplateSpec } from './pod-template-spec.ts';
import { defaultTemplate } from './pod-spec-defaults.ts';

export const PodTemplate = defineResource({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  scope: 'Namespaced',
  doc: 'A description of pods for others to copy.',
  openapiName: 'io.k8s.api.core.v1.PodTemplate',
  columns: [nameColumn, ageColumn],
  fields: {
    template: podTemplateSpec.present().doc('The pods.').at(2),
  },
  defaults: podTemplate => {
    const template = defaultTemplate(podTemplate.template);
    return template === podTemplate.template ? podTemplate : { ...podTemplate, template };
  },
});
export type PodTemplate = ObjectOf<typeof PodTemplate>;
