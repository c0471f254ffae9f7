import { ConfigMap, controllers, defineController, definePlugin, Namespace, reads } from 'tiphys/sdk';

const NAME = 'notes';

/** Every namespace has a config map `notes` that says since when it is there. */
const notes = defineController({
  name: 'namespace-notes',
  primary: Namespace,
  reads: [reads(ConfigMap, ({ metadata }) => (metadata.name === NAME ? [{ name: metadata.namespace ?? '' }] : []))],
  writes: [ConfigMap.can('create')],
  concerns: namespace => namespace.metadata.deletionTimestamp === undefined,

  async reconcile({ object, caches, client, event }) {
    const namespace = object.metadata.name;
    if (caches.of(ConfigMap).get(NAME, namespace) !== undefined) return {};
    const data = { since: object.metadata.creationTimestamp };
    await client.create(ConfigMap, { metadata: { name: NAME, namespace }, data });
    event('Normal', 'NotesCreated', 'Created the notes of this namespace');
    return {};
  },
});

export default definePlugin({ name: 'namespace-notes', contributes: [controllers(notes)] });
