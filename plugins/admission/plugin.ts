import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { clients } from '../../src/api/client.ts';
import { forbiddenError } from '../../src/api/status-error.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches, type Cache } from '../../src/sdk/caches.ts';
import { admission, admissionFor, authorization, type AdmissionPlugin } from '../apiserver/contract.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { ServiceAccount } from '../kinds/core/v1/service-account.ts';
import { IngressClass } from '../kinds/networking/v1/ingress-class.ts';
import { Ingress } from '../kinds/networking/v1/ingress.ts';
import { RuntimeClass } from '../kinds/node/v1/runtime-class.ts';
import { PriorityClass } from '../kinds/scheduling/v1/priority-class.ts';
import { withDefaultIngressClass } from './default-ingress-class.ts';
import { findServiceAccount } from './find-service-account.ts';
import { runtimeClass } from './runtime-class.ts';
import { podTopologyLabels } from './pod-topology-labels.ts';
import { podResize } from './pod-resize.ts';
import { priorityAdmission } from './priority-admission.ts';
import { withDefaultTolerations } from './default-tolerations.ts';
import { withServiceAccount } from './service-account-token.ts';
import { storageAdmission } from './storage-admission.ts';
import { StorageClass } from '../kinds/storage/v1/storage-class.ts';
import { deviceAdminAccess } from './device-admin-access.ts';
import { deviceStatusRights } from './device-status-rights.ts';
import { withNotReadyTaint } from './not-ready-taint.ts';

export default definePlugin({
  name: 'admission',
  essential: true,
  description:
    'what upstream’s default admission adds to pods, nodes and ingresses: account, token, priority, tolerations, taints, class; and how far pods grow',
  needs: { clients, caches, authorization },
  start({ needs, world, contribute }) {
    const client = needs.clients.as(LOOPBACK_USER);
    const accounts = needs.caches.of(ServiceAccount);
    contribute(
      admission,
      ...storageAdmission(needs.caches.of(StorageClass)),
      admissionFor(Pod, {
        name: 'ServiceAccount',
        order: 100,
        operations: ['CREATE'],
        async mutate(pod, { namespace, name }) {
          const accountName = pod.spec.serviceAccountName ?? 'default';
          const account = await findServiceAccount(accounts, client, world.timers, namespace, accountName);
          if (account === undefined) {
            const detail = `error looking up service account ${namespace}/${accountName}: serviceaccount "${accountName}" not found`;
            throw forbiddenError(Pod, name, detail);
          }
          const spec = { ...pod.spec, serviceAccountName: accountName, serviceAccount: accountName };
          return { ...pod, spec: withServiceAccount(spec, account, world.random) };
        },
      }),
      ...priorityAdmission(needs.caches.of(PriorityClass)),
      admissionFor(Pod, {
        name: 'DefaultTolerationSeconds',
        order: 300,
        operations: ['CREATE', 'UPDATE'],
        mutate: pod => ({ ...pod, spec: withDefaultTolerations(pod.spec) }),
      }),
      runtimeClass(needs.caches.of(RuntimeClass), client),
      podTopologyLabels(needs.caches.of(Node)),
      ...deviceAdminAccess(client),
      deviceStatusRights(needs.authorization),
      podResize(needs.caches.of(Node)),
      defaultIngressClass(needs.caches.of(IngressClass)),
      admissionFor(Node, {
        name: 'TaintNodesByCondition',
        order: 100,
        operations: ['CREATE'],
        mutate: node => ({ ...node, spec: withNotReadyTaint(node.spec) }),
      }),
    );
  },
});

const defaultIngressClass = (classes: Cache<IngressClass>): AdmissionPlugin =>
  admissionFor(Ingress, {
    name: 'DefaultIngressClass',
    order: 100,
    operations: ['CREATE'],
    async mutate(ingress) {
      await classes.synced;
      return withDefaultIngressClass(ingress, classes.list());
    },
  });
