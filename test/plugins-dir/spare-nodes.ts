import { definePlugin, schedulerFilters } from 'tiphys/sdk';

/** Keeps ordinary pods off nodes labelled `example.com/spare`, unless they ask for one. */
export default definePlugin({
  name: 'spare-nodes',
  contributes: [
    schedulerFilters({
      name: 'SpareNodes',
      wakesOn: ['node-added', 'node-changed'],
      prepare: pod => {
        if (pod.metadata.annotations?.['example.com/spare'] === 'yes') return undefined;
        return node => ('example.com/spare' in node.labels ? 'node(s) were kept as spares' : undefined);
      },
    }),
  ],
});
