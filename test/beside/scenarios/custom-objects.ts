import { change, get, post, remove, table, type Scenario, type Step } from '../step.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GROUP = 'NS.custom.example.com';
const ALL = `/apis/${GROUP}/v1/namespaces/NS/shapes`;

const column = (name: string, type: string, jsonPath: string, more: object = {}): object => ({
  name,
  type,
  jsonPath,
  ...more,
});
const schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10 },
        half: { type: 'integer', multipleOf: 2 },
        weight: { type: 'number', exclusiveMinimum: true, minimum: 0 },
        round: { type: 'boolean', default: true },
        colour: { type: 'string', enum: ['red', 'blue'], default: 'red' },
        code: { type: 'string', pattern: '^[a-z]+$', maxLength: 5, minLength: 2 },
        when: { type: 'string', format: 'date-time' },
        day: { type: 'string', format: 'date' },
        address: { type: 'string', format: 'ipv4' },
        link: { type: 'string', format: 'uri' },
        blob: { type: 'string', format: 'byte' },
        wait: { type: 'string', format: 'duration' },
        id: { type: 'string', format: 'uuid' },
        port: { 'x-kubernetes-int-or-string': true },
        names: { type: 'array', items: { type: 'string' }, maxItems: 2, minItems: 1, 'x-kubernetes-list-type': 'set' },
        parts: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, weight: { type: 'integer', default: 7 } },
          },
        },
        tags: { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 1 },
        maybe: { type: 'string', nullable: true },
        replicas: { type: 'integer' },
        either: {
          type: 'object',
          properties: { a: { type: 'string' }, b: { type: 'string' } },
          oneOf: [{ required: ['a'] }, { required: ['b'] }],
        },
        not: { type: 'string', not: { enum: ['x'] } },
        sub: { type: 'object', default: {}, properties: { deep: { type: 'string', default: 'd' } } },
      },
    },
    status: {
      type: 'object',
      properties: { phase: { type: 'string' }, replicas: { type: 'integer' }, selector: { type: 'string' } },
    },
  },
};
const names = { plural: 'shapes', singular: 'shape', kind: 'Shape', shortNames: ['sh'], categories: ['all'] };
const version = {
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  subresources: {
    status: {},
    scale: {
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.status.selector',
    },
  },
  selectableFields: [{ jsonPath: '.spec.colour' }],
  additionalPrinterColumns: [
    column('Size', 'integer', '.spec.size', { description: 'How large.' }),
    column('Weight', 'number', '.spec.weight'),
    column('Round', 'boolean', '.spec.round'),
    column('Colour', 'string', '.spec.colour', { priority: 1 }),
    column('When', 'date', '.spec.when'),
    column('Link', 'string', '.spec.link', { format: 'uri' }),
    column('Names', 'string', '.spec.names'),
    column('Part', 'string', '.spec.parts[?(@.name=="a")].weight'),
    column('Parts', 'string', '.spec.parts[*].name'),
    column('Spec', 'string', '.spec.sub'),
    column('Wrong', 'integer', '.spec.colour'),
    column('Phase', 'string', '.status.phase'),
    column('Age', 'date', '.metadata.creationTimestamp'),
  ],
};
const definition = (spec: object, plural = 'shapes'): object => ({
  metadata: { name: `${plural}.${GROUP}` },
  spec: { group: GROUP, scope: 'Namespaced', names, versions: [version], ...spec },
});
const shape = (spec: unknown, name = 'x'): object => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Shape',
  metadata: { name },
  spec,
});
const bad = (spec: unknown): Step => post(`${ALL}?dryRun=All`, shape(spec));
const badly = (fields: object): Step => bad({ size: 1, ...fields });
const versions = (...more: readonly object[]): Step =>
  post(`${DEFINITIONS}?dryRun=All`, definition({ versions: more.map(given => ({ ...version, ...given })) }));
const schemas = (given: unknown): Step => versions({ schema: { openAPIV3Schema: given }, selectableFields: undefined });
const prop = (given: object): Step => schemas({ type: 'object', properties: { a: given } });

const refusedObjects: Scenario = {
  'no spec': post(ALL, { apiVersion: `${GROUP}/v1`, kind: 'Shape', metadata: { name: 'x' } }),
  'no size': bad({}),
  'spec of text': bad('x'),
  'spec of null': bad(null),
  'too large': bad({ size: 11 }),
  'too small': bad({ size: 0 }),
  'size of text': bad({ size: '1' }),
  'size of a fraction': bad({ size: 1.5 }),
  'size of null': bad({ size: null }),
  'odd half': badly({ half: 3 }),
  weightless: badly({ weight: 0 }),
  'odd colour': badly({ colour: 'green' }),
  'odd code': badly({ code: 'A' }),
  'long code': badly({ code: 'abcdef' }),
  'no date': badly({ when: 'yesterday', day: '1' }),
  'odd formats': badly({ address: '::1', link: 'a b', blob: '!', wait: 'x', id: 'y' }),
  'port of a boolean': badly({ port: true }),
  'port of a fraction': badly({ port: 1.5 }),
  'many names': badly({ names: ['a', 'b', 'c'] }),
  'no names': badly({ names: [] }),
  'same names': badly({ names: ['a', 'a'] }),
  'same parts': badly({ parts: [{ name: 'a' }, { name: 'a' }] }),
  'nameless parts': badly({ parts: [{}] }),
  'many tags': badly({ tags: { a: 'b', c: 'd' } }),
  'odd tags': badly({ tags: { a: 1 } }),
  both: badly({ either: { a: 'x', b: 'y' } }),
  neither: badly({ either: {} }),
  not: badly({ not: 'x' }),
  'all wrong': bad({ size: 'x', half: 'y', colour: 1, names: {}, parts: 'z' }),
  'round as text': badly({ round: 'true' }),
  'unknown, strictly': post(`${ALL}?dryRun=All&fieldValidation=Strict`, shape({ size: 1, sze: 2, sub: { x: 1 } })),
  'unknown, warned': post(`${ALL}?dryRun=All&fieldValidation=Warn`, shape({ size: 1, sze: 2, sub: { x: 1 } })),
  'unknown, ignored': post(`${ALL}?dryRun=All&fieldValidation=Ignore`, shape({ size: 1, sze: 2, sub: { x: 1 } })),
  'twice, strictly': post(
    `${ALL}?dryRun=All&fieldValidation=Strict`,
    `{"apiVersion":"${GROUP}/v1","kind":"Shape","metadata":{"name":"x"},"spec":{"size":1,"size":2}}`,
  ),
  'no kind': post(ALL, { metadata: { name: 'x' }, spec: { size: 1 } }),
  'another kind': post(ALL, { apiVersion: `${GROUP}/v1`, kind: 'Chair', metadata: { name: 'x' } }),
  'another version': post(ALL, { apiVersion: `${GROUP}/v2`, kind: 'Shape', metadata: { name: 'x' } }),
  'no name': post(ALL, { apiVersion: `${GROUP}/v1`, kind: 'Shape', spec: { size: 1 } }),
  'bad name': post(ALL, shape({ size: 1 }, 'A_')),
  'not JSON': post(ALL, '{'),
};

const keptObjects: Scenario = {
  made: post(ALL, shape({ size: 3, weight: 1.5, names: ['n', 'm'], parts: [{ name: 'a' }, { name: 'b' }] }, 'one')),
  'made again': post(ALL, shape({ size: 3 }, 'one')),
  'made with a status': post(ALL, { ...shape({ size: 2, maybe: null, port: '80' }, 'two'), status: { phase: 'x' } }),
  'made with a date': post(
    ALL,
    shape({ size: 2, when: '2026-01-01T00:00:00Z', link: 'http://a.b', unknown: 1 }, 'three'),
  ),
  rows: table(ALL),
  'one row': table(`${ALL}/one`),
  'rows watched': table(`${ALL}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Done`),
  'by colour': get(`${ALL}?fieldSelector=spec.colour%3Dblue`),
  'by size': get(`${ALL}?fieldSelector=spec.size%3D1`),
  'as metadata': { ...get(ALL), accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' },
  'as protobuf': { ...get(`${ALL}/one`), accept: 'application/vnd.kubernetes.protobuf' },
  'as YAML': { ...get(`${ALL}/one`), accept: 'application/yaml' },
  absent: get(`${ALL}/none`),
  status: change(`${ALL}/one/status`, { status: { phase: 'Up', replicas: 2, selector: 'a=b' }, spec: { size: 9 } }),
  'odd status': change(`${ALL}/one/status`, { status: { phase: 1 } }),
  'spec leaves the status': change(`${ALL}/one`, { spec: { size: 4 }, status: { phase: 'Down' } }),
  'bad change': change(`${ALL}/one`, { spec: { size: 40 } }),
  'nothing changed': change(`${ALL}/one`, {}),
  'scale without replicas': get(`${ALL}/one/scale`),
  'scale set': change(`${ALL}/one/scale`, { spec: { replicas: 5 } }),
  'scale below zero': change(`${ALL}/one/scale`, { spec: { replicas: -5 } }),
  'scale put': {
    method: 'PUT',
    path: `${ALL}/one/scale`,
    body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'one' }, spec: { replicas: 6 } },
  },
  'scale of none': get(`${ALL}/none/scale`),
  'strategic patch': { ...change(`${ALL}/one`, {}), type: 'application/strategic-merge-patch+json' },
  'JSON patch': {
    ...change(`${ALL}/one`, [{ op: 'replace', path: '/spec/size', value: 5 }]),
    type: 'application/json-patch+json',
  },
  applied: {
    ...change(
      `${ALL}/applied?fieldManager=me`,
      shape({ size: 1, names: ['b', 'a'], parts: [{ name: 'p' }] }, 'applied'),
    ),
    type: 'application/apply-patch+yaml',
  },
  'applied by another': {
    ...change(
      `${ALL}/applied?fieldManager=you`,
      shape({ size: 2, names: ['c'], parts: [{ name: 'p', weight: 1 }] }, 'applied'),
    ),
    type: 'application/apply-patch+yaml',
  },
  'put without revision': { method: 'PUT', path: `${ALL}/one`, body: shape({ size: 3 }, 'one') },
  'put stale': {
    method: 'PUT',
    path: `${ALL}/one`,
    body: { ...shape({ size: 3 }, 'one'), metadata: { name: 'one', resourceVersion: '1' } },
  },
  'put of none': { method: 'PUT', path: `${ALL}/none`, body: shape({ size: 3 }, 'none') },
  'its resources': get(`/apis/${GROUP}/v1`),
  'its group': get(`/apis/${GROUP}`),
  'its schema': { ...get(`/openapi/v3/apis/${GROUP}/v1`), until: 200 },
  gone: remove(`${ALL}/one`),
  'all gone': remove(ALL),
};

const refusedDefinitions: Scenario = {
  nothing: post(`${DEFINITIONS}?dryRun=All`, { metadata: { name: 'x' } }),
  'another name': post(`${DEFINITIONS}?dryRun=All`, definition({}, 'forms')),
  'odd scope': post(`${DEFINITIONS}?dryRun=All`, definition({ scope: 'World' })),
  'no versions': post(`${DEFINITIONS}?dryRun=All`, definition({ versions: [] })),
  'odd names': post(
    `${DEFINITIONS}?dryRun=All`,
    definition({ names: { plural: 'shapes', kind: 'a_b', singular: 'A', shortNames: ['B_'], categories: ['C_'] } }),
  ),
  'odd group': post(`${DEFINITIONS}?dryRun=All`, definition({ group: 'x' })),
  'odd conversion': post(`${DEFINITIONS}?dryRun=All`, definition({ conversion: { strategy: 'Odd' } })),
  'conversion without webhook': post(`${DEFINITIONS}?dryRun=All`, definition({ conversion: { strategy: 'Webhook' } })),
  'preserving all': post(`${DEFINITIONS}?dryRun=All`, definition({ preserveUnknownFields: true })),
  'kubernetes group': post(`${DEFINITIONS}?dryRun=All`, {
    ...definition({ group: 'x.k8s.io' }),
    metadata: { name: 'shapes.x.k8s.io' },
  }),
  'two stored': versions({}, { name: 'v2' }),
  'none stored': versions({ storage: false }),
  'same versions': versions({}, { storage: false }),
  'odd version': versions({ name: 'V_' }),
  'no schema': versions({ schema: undefined }),
  'odd columns': versions({
    additionalPrinterColumns: [column('', 'odd', 'x'), column('A', 'string', '.a[', { format: 'odd' })],
  }),
  'odd scale': versions({ subresources: { scale: { specReplicasPath: 'x', statusReplicasPath: '.spec.x' } } }),
  'odd selectable': versions({
    selectableFields: [{ jsonPath: '.spec.none' }, { jsonPath: 'x' }, { jsonPath: '.spec.sub' }],
  }),
  'schema of text': schemas({ type: 'string' }),
  'schema of nothing': schemas({}),
  'schema of an odd type': prop({ type: 'odd' }),
  'schema without a type': prop({}),
  'schema of items': prop({ type: 'array' }),
  'schema of unique items': prop({ type: 'array', uniqueItems: true, items: { type: 'string' } }),
  'schema of both': prop({
    type: 'object',
    properties: { a: { type: 'string' } },
    additionalProperties: { type: 'string' },
  }),
  'schema of a reference': prop({ $ref: '#/x' }),
  'schema with a bad default': prop({ type: 'integer', default: 'x' }),
  'schema with a bad pattern': prop({ type: 'string', pattern: '[' }),
  'schema with odd lists': prop({ type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'map' }),
  'schema with odd keys': prop({
    type: 'array',
    items: { type: 'object', properties: {} },
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a', 'a'],
  }),
  'schema of metadata': schemas({
    type: 'object',
    properties: { metadata: { type: 'object', properties: { labels: {} } } },
  }),
  'schema of deep choices': prop({
    type: 'object',
    anyOf: [{ type: 'object', properties: { x: { type: 'string' } } }],
  }),
};

/** A custom kind from its definition to its objects: schema, columns, subresources. */
export const customObjects: Scenario = {
  ...refusedDefinitions,
  definition: post(DEFINITIONS, definition({})),
  'definition again': post(DEFINITIONS, definition({})),
  served: { ...get(ALL), until: 200 },
  'definition as a row': table(`${DEFINITIONS}/shapes.${GROUP}`),
  'definition as it is': get(`${DEFINITIONS}/shapes.${GROUP}`),
  'other scope': change(`${DEFINITIONS}/shapes.${GROUP}`, { spec: { scope: 'Cluster' } }),
  'other names': change(`${DEFINITIONS}/shapes.${GROUP}`, { spec: { names: { kind: 'Form' } } }),
  ...refusedObjects,
  ...keptObjects,
  'definition gone': remove(`${DEFINITIONS}/shapes.${GROUP}`),
  'nothing served': { ...get(ALL), until: 404 },
};
