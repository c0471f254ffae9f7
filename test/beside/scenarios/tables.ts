import type { Scenario, Step } from '../step.ts';
import { validObjects } from './valid-objects.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const table = (path: string): Step => ({ method: 'GET', path, accept: TABLE });
const creates = Object.entries(validObjects).filter(([, step]) => step.method === 'POST');
const PODS = '/api/v1/namespaces/NS/pods';

/** What kubectl get prints: the tables of each kind, of the objects that the other scenario makes. */
export const tables: Scenario = {
  ...Object.fromEntries(creates),
  pods: table(PODS),
  'one pod': table(`${PODS}/pod`),
  'pods without objects': table(`${PODS}?includeObject=None`),
  'pods with objects': table(`${PODS}?includeObject=Object`),
  'pods with nonsense': table(`${PODS}?includeObject=Some`),
  'no pods': table(`${PODS}?labelSelector=none%3Dx`),
  'pods watched': table(`${PODS}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dpod`),
  services: table('/api/v1/namespaces/NS/services'),
  'all endpoints': table('/api/v1/namespaces/NS/endpoints'),
  'endpoint slices': table('/apis/discovery.k8s.io/v1/namespaces/NS/endpointslices'),
  secrets: table('/api/v1/namespaces/NS/secrets'),
  'config maps': table('/api/v1/namespaces/NS/configmaps'),
  'service accounts': table('/api/v1/namespaces/NS/serviceaccounts'),
  events: table('/api/v1/namespaces/NS/events'),
  'events of the new group': table('/apis/events.k8s.io/v1/namespaces/NS/events'),
  leases: table('/apis/coordination.k8s.io/v1/namespaces/NS/leases'),
  'replication controllers': table('/api/v1/namespaces/NS/replicationcontrollers'),
  'replica sets': table('/apis/apps/v1/namespaces/NS/replicasets'),
  deployments: table('/apis/apps/v1/namespaces/NS/deployments'),
  'disruption budgets': table('/apis/policy/v1/namespaces/NS/poddisruptionbudgets'),
  roles: table('/apis/rbac.authorization.k8s.io/v1/namespaces/NS/roles'),
  'role bindings': table('/apis/rbac.authorization.k8s.io/v1/namespaces/NS/rolebindings'),
  'priority classes': table('/apis/scheduling.k8s.io/v1/priorityclasses'),
  namespace: table('/api/v1/namespaces/NS'),
};
