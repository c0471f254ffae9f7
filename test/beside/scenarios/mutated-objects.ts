import { change, dry, post, remove, type Scenario, type Step } from '../step.ts';

const API = '/apis/admissionregistration.k8s.io/v1';
const POLICIES = `${API}/mutatingadmissionpolicies`;
const BINDINGS = `${API}/mutatingadmissionpolicybindings`;
const configuring = (expression: string) => ({
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression },
});
const patching = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });

/** What policies make of objects; each is about what is labelled with its name. */
interface Effect {
  readonly mutations: readonly object[];
  readonly more?: object;
  readonly binding?: object;
}
const configured = (...all: readonly string[]): Effect => ({ mutations: all.map(configuring) });
const patched = (...all: readonly string[]): Effect => ({ mutations: all.map(patching) });

const CONTAINER = 'Object.spec.template.spec.containers';
const INIT = 'Object.spec.template.spec.initContainers';
const TEMPLATE = (inner: string): string =>
  `Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{${inner}}}}}`;
const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' };

const effects: Readonly<Record<string, Effect>> = {
  replicas: configured('Object{spec: Object.spec{replicas: 3}}'),
  'one after the other': configured(
    'Object{spec: Object.spec{replicas: object.spec.replicas + 1}}',
    'Object{spec: Object.spec{replicas: object.spec.replicas * 10}}',
  ),
  labels: configured(
    "Object{metadata: Object.metadata{labels: {'x': 'y'}, annotations: {'a/b': object.metadata.name}}}",
  ),
  container: configured(
    TEMPLATE(`containers: [${CONTAINER}{name: 'c', env: [${CONTAINER}.env{name: 'E', value: 'v'}]}]`),
  ),
  'first container': configured(TEMPLATE(`initContainers: [${INIT}{name: 'new', image: 'i'}, ${INIT}{name: 'i'}]`)),
  'last container': configured(TEMPLATE(`containers: [${CONTAINER}{name: 'last', image: 'i'}]`)),
  'all containers': configured(
    TEMPLATE(
      `containers: object.spec.template.spec.containers.map(c, ${CONTAINER}{name: c.name, imagePullPolicy: 'Never'})`,
    ),
  ),
  'optional parts': configured(
    'Object{?spec: optional.none(), ?metadata: optional.of(Object.metadata{labels: {"o": "p"}})}',
  ),
  'null of a number': configured('Object{spec: Object.spec{replicas: null, paused: true}}'),
  'null of a map': configured('Object{metadata: Object.metadata{labels: null}}'),
  'kind of its own': configured("Object{apiVersion: 'v9', kind: 'Odd', spec: Object.spec{replicas: 7}}"),
  finalizers: configured("Object{metadata: Object.metadata{finalizers: ['a.example.com/b']}}"),
  atomic: configured("Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {'a': 'b'}}}}"),
  'atomic list': configured(TEMPLATE(`containers: [${CONTAINER}{name: 'c', args: ['a']}]`)),
  'unknown field': configured('Object{spec: Object.spec{odd: 1}}'),
  'wrong type': configured("Object{spec: Object.spec{replicas: 'x'}}"),
  'wrong time': configured("Object{metadata: Object.metadata{creationTimestamp: 'x'}}"),
  'wrong name of a type': configured('Object{spec: Object.wrong{replicas: 1}}'),
  'wrong name within': configured('Object{spec: Object.spec{template: Object.spec.template.spec{}}}'),
  'not there': configured('Object{spec: Object.spec{replicas: object.spec.odd}}'),
  'invalid then': configured('Object{spec: Object.spec{replicas: -1}}'),
  'several failures': configured('Object{spec: object.odd}', "Object{spec: Object.spec{replicas: 'x'}}"),
  'ignored failures': {
    ...configured('Object{spec: object.odd}', 'Object{spec: Object.spec{replicas: 4}}'),
    more: { failurePolicy: 'Ignore' },
  },
  conditions: {
    ...configured('Object{spec: Object.spec{replicas: 4}}'),
    more: { matchConditions: [{ name: 'a', expression: 'object.spec.odd == 1' }] },
  },
  'conditions that do not hold': {
    ...configured('Object{spec: Object.spec{replicas: 4}}'),
    more: { matchConditions: [{ name: 'a', expression: 'object.spec.replicas == 1' }] },
  },
  variables: {
    ...configured(
      'Object{spec: Object.spec{replicas: variables.b}}',
      'Object{spec: Object.spec{replicas: variables.b}}',
    ),
    more: {
      variables: [
        { name: 'a', expression: 'object.spec.replicas' },
        { name: 'b', expression: 'variables.a + 5' },
      ],
    },
  },
  surroundings: configured(
    "Object{metadata: Object.metadata{labels: {'op': request.operation, 'dry': string(request.dryRun), 'name': request.name, 'old': string(oldObject == null), 'ns': string(namespaceObject.metadata.name == request.namespace), 'may': string(authorizer.requestResource.check('create').allowed())}}}",
  ),
  'patch of labels': patched(
    "[JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('a/b~c'), value: 'v'}, JSONPatch{op: 'replace', path: '/spec/replicas', value: 5}]",
  ),
  'patch of an object': patched(
    "[JSONPatch{op: 'add', path: '/spec/strategy', value: Object.spec.strategy{type: 'Recreate'}}]",
  ),
  'patch of a container': patched(
    `[JSONPatch{op: 'add', path: '/spec/template/spec/containers/-', value: ${CONTAINER}{name: 'n', image: 'i', ports: [${CONTAINER}.ports{containerPort: 80}]}}]`,
  ),
  'patch that moves': patched(
    "[JSONPatch{op: 'copy', from: '/metadata/labels/app', path: '/metadata/labels/copy'}, JSONPatch{op: 'move', from: '/metadata/labels/copy', path: '/metadata/labels/moved'}, JSONPatch{op: 'remove', path: '/spec/template/spec/initContainers'}]",
  ),
  'patch that tests': patched(
    "[JSONPatch{op: 'test', path: '/spec/replicas', value: 99}, JSONPatch{op: 'replace', path: '/spec/replicas', value: 5}]",
  ),
  'patch that tests well': patched(
    "[JSONPatch{op: 'test', path: '/spec/replicas', value: 2}, JSONPatch{op: 'replace', path: '/spec/replicas', value: 5}]",
  ),
  'patch without a value': patched("[JSONPatch{op: 'add', path: '/spec/paused'}]"),
  'patch of nothing there': patched("[JSONPatch{op: 'remove', path: '/spec/odd'}]"),
  'patch of an unknown field': patched("[JSONPatch{op: 'add', path: '/spec/odd', value: 1}]"),
  'patch of a wrong type': patched("[JSONPatch{op: 'add', path: '/spec/replicas', value: 'x'}]"),
  'patch of a null': patched("[JSONPatch{op: 'add', path: '/spec/replicas', value: null}]"),
  'patch of odd values': patched(
    "[JSONPatch{op: 'add', path: '/metadata/annotations', value: {'t': timestamp('2020-01-02T03:04:05Z')}}]",
  ),
  'patch of wide numbers': patched("[JSONPatch{op: 'add', path: '/spec/replicas', value: 9007199254740993}]"),
  'odd operation': patched("[JSONPatch{op: 'put', path: '/spec/replicas', value: 1}]"),
  'wrong name in a value': patched(
    "[JSONPatch{op: 'add', path: '/spec/strategy', value: Object.spec.strategy{rollingUpdate: Object.odd{}}}]",
  ),
  'patch of a name': patched("[JSONPatch{op: 'replace', path: '/metadata/name', value: 'other'}]"),
  'patch of a namespace': patched("[JSONPatch{op: 'replace', path: '/metadata/namespace', value: 'other'}]"),
  'patch of the status': patched("[JSONPatch{op: 'add', path: '/status', value: Object.status{replicas: 9}}]"),
  'no parameters': {
    ...configured('Object{spec: Object.spec{replicas: 4}}'),
    more: { paramKind },
    binding: { paramRef: { name: 'nothing', parameterNotFoundAction: 'Deny' } },
  },
  'parameters not needed': {
    ...configured('Object{spec: Object.spec{replicas: 4}}'),
    more: { paramKind },
    binding: { paramRef: { name: 'nothing', parameterNotFoundAction: 'Allow' } },
  },
  'no kind of parameters': {
    ...configured('Object{spec: Object.spec{replicas: 4}}'),
    more: { paramKind: { apiVersion: 'odd.example.com/v1', kind: 'Odd' } },
    binding: { paramRef: { name: 'nothing', parameterNotFoundAction: 'Allow' } },
  },
  'parameters unbound': {
    ...configured('Object{spec: Object.spec{replicas: params == null ? 6 : 7}}'),
    more: { paramKind },
  },
  'again and again': {
    ...configured('Object{spec: Object.spec{replicas: object.spec.replicas + 1}}'),
    more: { reinvocationPolicy: 'IfNeeded' },
  },
};

const keyOf = (name: string): string => name.replaceAll(' ', '-');
const nameOf = (name: string): string => `NS-${keyOf(name)}`;
const inForce = (name: string, spec: object, binding: object = {}): readonly (readonly [string, Step])[] => [
  [
    `policy of ${name}`,
    post(POLICIES, { metadata: { name: nameOf(name) }, spec: { reinvocationPolicy: 'Never', ...spec } }),
  ],
  [
    `binding of ${name}`,
    post(BINDINGS, { metadata: { name: nameOf(name) }, spec: { policyName: nameOf(name), ...binding } }),
  ],
];
const made = Object.entries(effects).flatMap(([name, { mutations, more, binding }]) => {
  const resourceRules = [{ operations: ['*'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] }];
  const objectSelector = { matchLabels: { case: keyOf(name) } };
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'NS' } };
  const matchConstraints = { resourceRules, objectSelector, namespaceSelector };
  return inForce(name, { matchConstraints, mutations, ...more }, binding);
});

const DEPLOYMENTS = '/apis/apps/v1/namespaces/NS/deployments';
const deployment = (name: string) => ({
  metadata: { name: 'd', labels: { app: 'd', case: keyOf(name) } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'd' } },
    template: {
      metadata: { labels: { app: 'd' } },
      spec: {
        containers: [
          { name: 'c', image: 'i', env: [{ name: 'F', value: 'w' }] },
          { name: 'd', image: 'i' },
        ],
        initContainers: [{ name: 'i', image: 'i' }],
      },
    },
  },
});

/** What lies below a resource, and what is custom. */
const others = [
  [
    'scale',
    'apps',
    'deployments/scale',
    patching("[JSONPatch{op: 'replace', path: '/spec/replicas', value: object.spec.replicas + 1}]"),
  ],
  [
    'status',
    'apps',
    'deployments/status',
    configuring('Object{status: Object.status{replicas: 3}, spec: Object.spec{replicas: 9}}'),
  ],
  [
    'custom',
    'beside.example.com',
    'widgets',
    configuring(
      "Object{spec: Object.spec{size: 3, parts: [Object.spec.parts{name: 'b', count: 2}, Object.spec.parts{name: 'a', count: 1}]}}",
    ),
  ],
  ['custom odd', 'beside.example.com', 'gadgets', configuring('Object{spec: Object.spec{odd: 3}}')],
  ['custom patch', 'beside.example.com', 'things', patching("[JSONPatch{op: 'add', path: '/spec/odd', value: 1}]")],
] as const;
const madeOfOthers = others.flatMap(([name, group, resource, mutation]) => {
  const resourceRules = [{ operations: ['*'], apiGroups: [group], apiVersions: ['v1'], resources: [resource] }];
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'NS' } };
  return inForce(name, { matchConstraints: { resourceRules, namespaceSelector }, mutations: [mutation] });
});

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const part = {
  type: 'object',
  properties: { name: { type: 'string' }, count: { type: 'integer' } },
  required: ['name'],
};
const parts = {
  type: 'array',
  items: part,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
};
const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: { size: { type: 'integer' }, color: { type: 'string', default: 'red' }, parts },
    },
  },
};
const definition = (kind: string) => ({
  metadata: { name: `${kind.toLowerCase()}s.beside.example.com` },
  spec: {
    group: 'beside.example.com',
    scope: 'Namespaced',
    names: { kind, plural: `${kind.toLowerCase()}s` },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
});
const KINDS = ['Widget', 'Gadget', 'Thing'] as const;
const custom = (kind: string): Step =>
  dry(`/apis/beside.example.com/v1/namespaces/NS/${kind.toLowerCase()}s`, {
    apiVersion: 'beside.example.com/v1',
    kind,
    metadata: { name: 'x' },
    spec: { parts: [{ name: 'a', count: 9 }] },
  });

/** Made last, so that where it refuses the others are in force. */
const LAST = 'several failures';
const patchedAs = (name: string, body: object): Step =>
  change(`${DEPLOYMENTS}/d?dryRun=All`, { ...body, metadata: { labels: { case: keyOf(name) } } });

/** What MutatingAdmissionPolicies make of objects. */
export const mutatedObjects: Scenario = {
  ...Object.fromEntries(KINDS.map(kind => [`kind ${kind}`, post(DEFINITIONS, definition(kind))])),
  there: post(DEPLOYMENTS, deployment('nothing')),
  ...Object.fromEntries(madeOfOthers),
  ...Object.fromEntries(made.filter(([name]) => !name.endsWith(LAST))),
  ...Object.fromEntries(made.filter(([name]) => name.endsWith(LAST))),
  'in force': { ...dry(DEPLOYMENTS, deployment(LAST)), until: 403 },
  ...Object.fromEntries(Object.keys(effects).map(name => [name, dry(DEPLOYMENTS, deployment(name))])),
  ...Object.fromEntries(
    ['replicas', 'patch of a namespace', 'surroundings', 'patch of the status', 'finalizers'].map(name => [
      `${name} of a change`,
      patchedAs(name, { spec: { paused: true } }),
    ]),
  ),
  'scale of what is there': change(`${DEPLOYMENTS}/d/scale?dryRun=All`, { spec: { replicas: 5 } }),
  'status of what is there': change(`${DEPLOYMENTS}/d/status?dryRun=All`, { status: { observedGeneration: 1 } }),
  'custom object': { ...custom('Widget'), until: 201 },
  'custom object of an odd member': { ...custom('Gadget'), until: 403 },
  'custom object patched': { ...custom('Thing'), until: 201 },
  ...Object.fromEntries(
    [...Object.keys(effects), ...others.map(([name]) => name)].flatMap(name => [
      [`binding of ${name} gone`, remove(`${BINDINGS}/${nameOf(name)}`)],
      [`policy of ${name} gone`, remove(`${POLICIES}/${nameOf(name)}`)],
    ]),
  ),
  ...Object.fromEntries(
    KINDS.map(kind => [`kind ${kind} gone`, remove(`${DEFINITIONS}/${kind.toLowerCase()}s.beside.example.com`)]),
  ),
};
