import { isRecord } from '../../../src/base/is-record.ts';
import { yamlToJson } from '../../../src/api/codec/yaml-to-json.ts';
import { fieldsAt, listAt, textAt, withField, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { Folder } from './folder.ts';

/** What a folder says is to be made of what. */
export interface Kustomization {
  readonly isComponent: boolean;
  readonly fields: Fields;
}

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export async function readKustomization(folder: Folder, warn: (text: string) => void): Promise<Kustomization> {
  const there: string[] = [];
  for (const name of NAMES) if (await folder.has(name)) there.push(name);
  const [name, ...more] = there;
  if (name === undefined) {
    throw new Failure(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${folder.root}'`,
    );
  }
  if (more.length > 0) throw new Failure(`Found multiple kustomization files under: ${folder.root}\n`);
  const fields = await parsed(await folder.text(name));
  refuseUnknown(fields);
  refuseUntyped(fields);
  for (const [field, better, experimental] of DEPRECATED) {
    if (!Object.hasOwn(fields, field)) continue;
    const edit = `${experimental ? '[EXPERIMENTAL] ' : ''}Run 'kustomize edit fix' to update your Kustomization automatically.`;
    warn(`# Warning: '${field}' is deprecated. Please use '${better}' instead. ${edit}\n`);
  }
  const meant = Object.entries(fields).filter(([, value]) => !isNothing(value));
  if (meant.every(([field]) => TYPE.includes(field))) throw new Failure('kustomization.yaml is empty');
  checkType(fields, folder);
  for (const [field, value] of meant) {
    if (!UNSUPPORTED.has(field)) continue;
    throw new Failure(`'${field}' in ${folder.root} is not supported by this client: ${JSON.stringify(value)}`);
  }
  return { isComponent: textAt(fields, 'kind') === 'Component', fields: current(fields) };
}

async function parsed(text: string): Promise<Fields> {
  const outcome = yamlToJson(await import('yaml'), text);
  if ('problem' in outcome) throw new Failure(`invalid Kustomization: yaml: ${outcome.problem}`);
  const value: unknown = JSON.parse(outcome.json);
  if (value === null) return {};
  if (!isRecord(value)) throw new Failure('invalid Kustomization: it is no object');
  return value;
}

const TYPE = ['apiVersion', 'kind'];

const SUPPORTED: ReadonlySet<string> = new Set(
  (
    'apiVersion kind metadata resources bases components namePrefix nameSuffix namespace commonLabels ' +
    'labels commonAnnotations patches patchesStrategicMerge patchesJson6902 images imageTags replicas ' +
    'configMapGenerator secretGenerator generatorOptions sortOptions'
  ).split(' '),
);
/** Known to others, refused here. */
const UNSUPPORTED: ReadonlySet<string> = new Set(
  (
    'openapi replacements vars crds helmGlobals helmCharts helmChartInflationGenerator configurations ' +
    'generators transformers validators buildMetadata'
  ).split(' '),
);

const DEPRECATED: readonly (readonly [field: string, better: string, experimental: boolean])[] = [
  ['bases', 'resources', false],
  ['commonLabels', 'labels', false],
  ['imageTags', 'images', false],
  ['patchesJson6902', 'patches', false],
  ['patchesStrategicMerge', 'patches', false],
  ['vars', 'replacements', true],
];

function refuseUnknown(fields: Fields): void {
  const unknown = Object.keys(fields).find(field => !SUPPORTED.has(field) && !UNSUPPORTED.has(field));
  if (unknown !== undefined) throw new Failure(`invalid Kustomization: json: unknown field ${JSON.stringify(unknown)}`);
}

/** Labels and annotations are texts: a `yes` or a number is to be quoted. */
function refuseUntyped(fields: Fields): void {
  const maps: readonly (readonly [string, unknown])[] = [
    ...['commonLabels', 'commonAnnotations'].map(name => [`Kustomization.${name}`, fieldsAt(fields, name)] as const),
    ...listAt(fields, 'labels').map(label => ['Label.labels.pairs', fieldsAt(label, 'pairs')] as const),
  ];
  for (const [where, map] of maps) {
    const wrong = Object.values(fieldsAt(map)).find(value => typeof value !== 'string' && value !== null);
    if (wrong === undefined) continue;
    const type = typeof wrong === 'boolean' ? 'bool' : Array.isArray(wrong) ? 'array' : typeof wrong;
    throw new Failure(
      `invalid Kustomization: json: cannot unmarshal ${type} into Go struct field ${where} of type string`,
    );
  }
}

const isNothing = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

function checkType(fields: Fields, folder: Folder): void {
  const kind = textAt(fields, 'kind') || 'Kustomization';
  const version = kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1';
  const given = textAt(fields, 'apiVersion') || version;
  const problems = [
    ...(['Kustomization', 'Component'].includes(kind) ? [] : ['kind should be Kustomization or Component']),
    ...(given === version ? [] : [`apiVersion for ${kind} should be ${version}`]),
  ];
  if (problems.length === 0) return;
  throw new Failure(`Failed to read kustomization file under ${folder.root}:\n${problems.join('\n')}`);
}

/** With what older names say under the names of now. */
function current(fields: Fields): Fields {
  const moved = (into: string, from: string, all: Fields): Fields =>
    Object.hasOwn(all, from)
      ? withField(withField(all, [into], [...listAt(all, into), ...listAt(all, from)]), [from], undefined)
      : all;
  return moved('images', 'imageTags', moved('resources', 'bases', fields));
}
