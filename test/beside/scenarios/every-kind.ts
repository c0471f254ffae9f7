import type { Scenario, Step } from '../step.ts';

/** Every kind that is stored, by its resource; `/` before those that are of no namespace. */
const KINDS: Readonly<Record<string, string>> = {
  v1:
    'pods services endpoints configmaps secrets serviceaccounts events limitranges resourcequotas ' +
    'replicationcontrollers podtemplates persistentvolumeclaims /persistentvolumes /nodes /namespaces ' +
    '/componentstatuses',
  'apps/v1': 'deployments replicasets statefulsets daemonsets controllerrevisions',
  'batch/v1': 'jobs cronjobs',
  'autoscaling/v1': 'horizontalpodautoscalers',
  'autoscaling/v2': 'horizontalpodautoscalers',
  'policy/v1': 'poddisruptionbudgets',
  'networking.k8s.io/v1': 'ingresses networkpolicies /ingressclasses /ipaddresses /servicecidrs',
  'discovery.k8s.io/v1': 'endpointslices',
  'events.k8s.io/v1': 'events',
  'coordination.k8s.io/v1': 'leases',
  'node.k8s.io/v1': '/runtimeclasses',
  'scheduling.k8s.io/v1': '/priorityclasses',
  'storage.k8s.io/v1':
    'csistoragecapacities /storageclasses /csidrivers /csinodes /volumeattachments /volumeattributesclasses',
  'certificates.k8s.io/v1': '/certificatesigningrequests',
  'rbac.authorization.k8s.io/v1': 'roles rolebindings /clusterroles /clusterrolebindings',
  'admissionregistration.k8s.io/v1':
    '/mutatingwebhookconfigurations /validatingwebhookconfigurations /validatingadmissionpolicies ' +
    '/validatingadmissionpolicybindings /mutatingadmissionpolicies /mutatingadmissionpolicybindings',
  'apiextensions.k8s.io/v1': '/customresourcedefinitions',
  'apiregistration.k8s.io/v1': '/apiservices',
  'flowcontrol.apiserver.k8s.io/v1': '/flowschemas /prioritylevelconfigurations',
  'resource.k8s.io/v1': 'resourceclaims resourceclaimtemplates /deviceclasses /resourceslices',
};

const as = (shape: string, version = 'v1'): string => `application/json;as=${shape};v=${version};g=meta.k8s.io`;
const NONE = 'fieldSelector=metadata.name%3Dnone-such';

/** The same small things asked of one kind; nothing of it is there. */
function asked(title: string, version: string, path: string): Scenario {
  const one = `${path}/none-such`;
  const ask = (method: Step['method'], at: string, more: Partial<Step> = {}): Step => ({ method, path: at, ...more });
  const odd = { apiVersion: version, kind: 'Odd', metadata: { name: 'none-such' } };
  const change = (at: string, type: string, body: unknown): Step =>
    ask('PATCH', at, { body, type: `application/${type}` });
  return {
    [`${title}: rows`]: ask('GET', `${path}?${NONE}`, { accept: as('Table') }),
    [`${title}: names`]: ask('GET', `${path}?${NONE}`, { accept: as('PartialObjectMetadataList') }),
    [`${title}: as YAML`]: ask('GET', `${path}?${NONE}`, { accept: 'application/yaml' }),
    [`${title}: by a field`]: ask('GET', `${path}?fieldSelector=status.phase%3Dx`),
    [`${title}: by another field`]: ask('GET', `${path}?fieldSelector=type%3Dx,spec.nodeName!%3D`),
    [`${title}: watched by a field`]: ask('GET', `${path}?watch=1&timeoutSeconds=1&fieldSelector=spec.a%3Dx`),
    [`${title}: read`]: ask('GET', one),
    [`${title}: read as a row`]: ask('GET', one, { accept: as('Table') }),
    [`${title}: status read`]: ask('GET', `${one}/status`),
    [`${title}: scale read`]: ask('GET', `${one}/scale`),
    [`${title}: made of nothing`]: ask('POST', `${path}?dryRun=All`, { body: {} }),
    [`${title}: made of another kind`]: ask('POST', `${path}?dryRun=All`, { body: odd }),
    [`${title}: made strictly of what there is not`]: ask('POST', `${path}?dryRun=All&fieldValidation=Strict`, {
      body: { metadata: { name: 'x', odd: 1 }, odd: 2, spec: { odd: 3 }, status: { odd: 4 } },
    }),
    [`${title}: made with a warning`]: ask('POST', `${path}?dryRun=All&fieldValidation=Warn`, {
      body: { metadata: { name: 'x', odd: 1 }, odd: 2, spec: { odd: 3 }, status: { odd: 4 } },
    }),
    [`${title}: made under a wrong name`]: ask('POST', `${path}?dryRun=All`, { body: { metadata: { name: 'A b/' } } }),
    [`${title}: replaced`]: ask('PUT', `${one}?dryRun=All`, { body: { metadata: { name: 'none-such' } } }),
    [`${title}: status replaced`]: ask('PUT', `${one}/status?dryRun=All`, {
      body: { metadata: { name: 'none-such' } },
    }),
    [`${title}: merged`]: change(`${one}?dryRun=All`, 'merge-patch+json', { spec: 1 }),
    [`${title}: merged strategically`]: change(`${one}?dryRun=All`, 'strategic-merge-patch+json', { spec: 1 }),
    [`${title}: status merged`]: change(`${one}/status?dryRun=All`, 'merge-patch+json', { status: {} }),
    [`${title}: applied`]: change(`${one}?dryRun=All&fieldManager=m`, 'apply-patch+yaml', {
      ...odd,
      spec: { odd: 1 },
    }),
    [`${title}: status applied`]: change(`${one}/status?fieldManager=m`, 'apply-patch+yaml', odd),
    [`${title}: removed`]: ask('DELETE', one),
    [`${title}: all removed`]: ask('DELETE', `${path}?dryRun=All&${NONE}`),
    [`${title}: all removed by a field`]: ask('DELETE', `${path}?dryRun=All&fieldSelector=spec.a%3Dx`),
  };
}

/** What every kind is asked alike, where nothing of it is there. */
export const everyKind: Scenario = Object.fromEntries(
  Object.entries(KINDS).flatMap(([version, resources]) =>
    resources.split(' ').flatMap(resource => {
      const name = resource.replace('/', '');
      const root = version === 'v1' ? '/api/v1' : `/apis/${version}`;
      const path = `${root}${resource.startsWith('/') ? '' : '/namespaces/NS'}/${name}`;
      return Object.entries(asked(`${version} ${name}`, version, path));
    }),
  ),
);
