import { isStatusError } from '../../src/api/status-error.ts';
import { defineController, reads } from '../../src/sdk/controller.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { ServiceAccount } from '../kinds/core/v1/service-account.ts';
import { isNamespaceTerminating } from './pod-acts.ts';

/** Every namespace has a service account `default`. */
export const serviceAccountController = defineController({
  name: 'service-account-controller',
  primary: Namespace,
  reads: [reads(ServiceAccount, ({ metadata }) => (metadata.name === 'default' ? [inNamespace(metadata)] : []))],
  writes: [ServiceAccount.can('create')],
  concerns: namespace => namespace.status.phase !== 'Terminating',

  async reconcile({ object: namespace, caches, client }) {
    const { name } = namespace.metadata;
    if (caches.of(ServiceAccount).get('default', name) !== undefined) return {};
    try {
      await client.create(ServiceAccount, { metadata: { name: 'default', namespace: name } });
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists') && !isNamespaceTerminating(error)) throw error;
    }
    return {};
  },
});

const inNamespace = ({ namespace = '' }: { readonly namespace?: string }) => ({ name: namespace });
