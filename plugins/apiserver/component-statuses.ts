import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Store } from '../../src/store/store.ts';
import { ComponentStatus } from '../kinds/core/v1/component-status.ts';
import type { Component } from './contract.ts';
import type { ComputedKind } from './objects.ts';

/** The parts of the control plane by upstream's names; one that runs is among `running`. */
const PARTS = ['controller-manager', 'scheduler'];

/** How the store and the other parts of the control plane are, at the moment they are asked about. */
export const componentStatuses = (store: Store, running: readonly Component[]): ComputedKind => ({
  resource: ComponentStatus,
  list: () => [
    ...PARTS.map(name => statusOf(name, running.some(part => part.name === name) ? undefined : 'not running')),
    statusOf('etcd-0', store.failure?.message),
  ],
});

function statusOf(name: string, failure: string | undefined): AnyObject {
  const { apiVersion, kind } = ComponentStatus;
  const status = failure === undefined ? 'True' : 'False';
  const conditions = [{ type: 'Healthy', status, message: failure ?? 'ok' }];
  return { apiVersion, kind, metadata: { name }, conditions } as unknown as AnyObject;
}
