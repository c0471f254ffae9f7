import { admission, admissionFor, definePlugin, forbiddenError, Namespace, schema } from 'tiphys/sdk';

/** Refuses namespaces without the labels that its settings name, but the cluster's own. */
export default definePlugin({
  name: 'required-labels',
  config: schema.object({ labels: schema.list(schema.string()).default([]) }),
  start({ config, contribute }) {
    const plugin = admissionFor(Namespace, {
      name: 'RequiredLabels',
      order: 1000,
      operations: ['CREATE', 'UPDATE'],
      validate: namespace => {
        const { name, labels = {} } = namespace.metadata;
        if (name === 'default' || name.startsWith('kube-')) return;
        const missing = config.labels.filter(label => !(label in labels));
        if (missing.length > 0) throw forbiddenError(Namespace, name, `labels are missing: ${missing.join(', ')}`);
      },
    });
    contribute(admission, plugin);
  },
});
