import { notFoundError } from '../../src/api/status-error.ts';
import type { Store } from '../../src/store/store.ts';
import { ComponentStatus } from '../kinds/core/v1/component-status.ts';
import type { Component, ComputedKind } from './contract.ts';

/** The parts of the control plane by upstream's names; one that runs is among `running`. */
const PARTS = ['controller-manager', 'scheduler'];

/** How the store and the other parts of the control plane are, at the moment they are asked about. */
export function componentStatuses(store: Store, running: readonly Component[]): ComputedKind {
  const all = () => [
    ...PARTS.map(name => statusOf(name, running.some(part => part.name === name) ? undefined : 'not running')),
    statusOf('etcd-0', store.failure?.message),
  ];
  return {
    resource: ComponentStatus,
    list: async () => all(),
    get: async ({ name }) => {
      const found = all().find(({ metadata }) => metadata.name === name);
      if (found === undefined) throw notFoundError(ComponentStatus, name);
      return found;
    },
  };
}

function statusOf(name: string, failure: string | undefined) {
  const status = failure === undefined ? 'True' : 'False';
  return { metadata: { name }, conditions: [{ type: 'Healthy', status, message: failure ?? 'ok' }] };
}
