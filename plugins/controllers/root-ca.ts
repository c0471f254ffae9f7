import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { defineController, reads, type Controller } from '../../src/sdk/controller.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { isNamespaceTerminating } from './pod-acts.ts';

const NAME = 'kube-root-ca.crt';
const ANNOTATION = 'kubernetes.io/description';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the ' +
  'internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of ' +
  'Kubernetes clusters.';

/** Every namespace has the cluster's CA in a config map, for pods to verify the API server with. */
export function rootCaPublisher(caCertificate: string): Controller {
  const data = { 'ca.crt': caCertificate };
  return defineController({
    name: 'root-ca-cert-publisher',
    primary: Namespace,
    reads: [reads(ConfigMap, ({ metadata }) => (metadata.name === NAME ? [{ name: metadata.namespace ?? '' }] : []))],
    writes: [ConfigMap.can('create', 'update')],
    concerns: namespace => namespace.status.phase !== 'Terminating',

    async reconcile({ object, caches, client }) {
      const namespace = object.metadata.name;
      const current = caches.of(ConfigMap).get(NAME, namespace);
      if (current !== undefined) {
        const annotations = { ...current.metadata.annotations, [ANNOTATION]: DESCRIPTION };
        if (isDeepEqual(current.data, data) && isDeepEqual(current.metadata.annotations, annotations)) return {};
        await client.update(ConfigMap, { ...current, metadata: { ...current.metadata, annotations }, data });
        return {};
      }
      try {
        const metadata = { name: NAME, namespace, annotations: { [ANNOTATION]: DESCRIPTION } };
        await client.create(ConfigMap, { metadata, data });
      } catch (error) {
        if (!isStatusError(error, 'AlreadyExists') && !isNamespaceTerminating(error)) throw error;
      }
      return {};
    },
  });
}
