import { ageColumn, ConfigMap, controllers, defineController, definePlugin } from 'tiphys/sdk';
import { defineResource, nameColumn, resources, schema } from 'tiphys/sdk';

/** A text to be served; `kubectl get pages` lists them, `kubectl explain page.spec` tells of their fields. */
export const Page = defineResource({
  group: 'example.com',
  version: 'v1',
  kind: 'Page',
  plural: 'pages',
  scope: 'Namespaced',
  openapiName: 'com.example.v1.Page',
  status: true,
  fields: {
    spec: schema.object({ text: schema.string().doc('What it says.') }),
    status: schema.object({ configMap: schema.string().optional().doc('Where it is served from.') }).optional(),
  },
  columns: [nameColumn, { name: 'Config Map', type: 'string', value: page => page.status?.configMap ?? '' }, ageColumn],
});

/** Keeps a config map for each page, which goes with it. */
const pages = defineController({
  name: 'pages',
  primary: Page,
  owned: { maps: ConfigMap },
  writes: [ConfigMap.can('create', 'update'), Page.canOn('status', 'update')],

  async reconcile({ object, owned, client }) {
    const data = { 'index.html': object.spec.text };
    const [map] = owned.maps;
    if (map === undefined) {
      const made = await client.createOwned(ConfigMap, {
        metadata: { generateName: `${object.metadata.name}-` },
        data,
      });
      return { status: { configMap: made.metadata.name } };
    }
    if (map.data?.['index.html'] !== object.spec.text) await client.update(ConfigMap, { ...map, data });
    return { status: { configMap: map.metadata.name } };
  },
});

export default definePlugin({ name: 'pages', contributes: [resources(Page), controllers(pages)] });
