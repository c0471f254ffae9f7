import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { validateFields } from '../../../../src/api/validate-fields.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import { validateConfigSources } from './validate-config-sources.ts';
import { validateDisks } from './validate-disks.ts';
import { HOST_PATH_TYPES } from './host-path-types.ts';
import { noBackstep } from './validate-paths.ts';
import { volumeSourceProps, type Volume } from './volume.ts';

interface JudgedVolumes {
  readonly errors: readonly FieldError[];
  /** What mounts may name: those without a fault. */
  readonly sound: ReadonlyMap<string, Volume>;
}

/** Volumes have names of their own and one source each. */
export function validateVolumes(volumes: readonly Volume[], field: string, owner: 'pod' | 'template'): JudgedVolumes {
  const sound = new Map<string, Volume>();
  const errors = volumes.flatMap((volume, index) => {
    const path = `${field}[${index}]`;
    const { name } = volume;
    const own = [...validateSource(volume, path, owner)];
    if (name !== '') own.push(...dnsLabelProblems(name).map(problem => invalid(`${path}.name`, name, problem)));
    if (sound.has(name)) own.push(duplicate(`${path}.name`, name));
    if (own.length === 0 && name !== '') sound.set(name, volume);
    return own;
  });
  return { errors, sound };
}

const SOURCES = Object.keys(volumeSourceProps);
type Source = keyof typeof volumeSourceProps;
const RANKS: ReadonlyMap<string, number> = new Map(SOURCES.map((name, rank) => [name, rank]));

/** What a volume is made from, in the order in which sources are looked at. */
const sourcesOf = (volume: Volume): readonly Source[] =>
  (Object.keys(volume) as Source[])
    .filter(name => RANKS.has(name) && volume[name] !== undefined)
    .sort((a, b) => (RANKS.get(a) ?? 0) - (RANKS.get(b) ?? 0));

/** Upstream's slips of the pen. */
const TOLD_AS: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

function validateSource(volume: Volume, field: string, owner: 'pod' | 'template'): readonly FieldError[] {
  const [first, ...others] = sourcesOf(volume);
  if (first === undefined) return [required(field, 'must specify a volume type')];
  const source: Volume = { name: volume.name, [first]: volume[first] };
  return [
    ...validateFields(volumeSourceProps[first].node, volume[first], `${field}.${first}`),
    ...validatePlain(source, field, owner),
    ...validateConfigSources(source, field),
    ...validateDisks(source, field),
    ...others.map(name => ({
      ...forbidden(`${field}.${TOLD_AS[name] ?? name}`, 'may not specify more than 1 volume type'),
      place: `${field}.${name}`,
    })),
  ];
}

function validatePlain(
  { hostPath, emptyDir, nfs, image }: Volume,
  field: string,
  owner: 'pod' | 'template',
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (hostPath !== undefined && hostPath.path !== '') {
    errors.push(...noBackstep(hostPath.path, `${field}.hostPath.path`));
    if (!HOST_PATH_TYPES.includes(hostPath.type)) {
      errors.push(notSupported(`${field}.hostPath.type`, hostPath.type, HOST_PATH_TYPES));
    }
  }
  if (emptyDir?.sizeLimit !== undefined && parseQuantity(emptyDir.sizeLimit).nano < 0n) {
    errors.push(forbidden(`${field}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
  }
  if (nfs !== undefined && !nfs.path.startsWith('/')) {
    errors.push(invalid(`${field}.nfs.path`, nfs.path, 'must be an absolute path'));
  }
  if (image !== undefined && (image.reference ?? '') === '' && owner === 'pod') {
    errors.push(required(`${field}.image.reference`));
  }
  return errors;
}
