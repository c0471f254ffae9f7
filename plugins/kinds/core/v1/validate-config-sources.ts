import { forbidden, invalid, placed, placedAfter, required, type FieldError } from '../../../../src/api/field-error.ts';
import type { DownwardAPIVolumeFile, KeyToPath, VolumeProjection } from './config-volume.ts';
import { validateFieldRef, validateResourceFieldRef } from './validate-field-ref.ts';
import { unreservedPath } from './validate-paths.ts';
import type { Volume } from './volume.ts';

/** Volumes whose files the kubelet writes from objects of the API. */
export function validateConfigSources(
  { secret, configMap, downwardAPI, projected }: Volume,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (secret !== undefined) {
    const path = `${field}.secret`;
    if ((secret.secretName ?? '') === '') errors.push(required(`${path}.secretName`));
    errors.push(...modeErrors(secret.defaultMode, `${path}.defaultMode`), ...itemErrors(secret.items, path));
  }
  if (configMap !== undefined) {
    const path = `${field}.configMap`;
    if (configMap.name === '') errors.push(required(`${path}.name`));
    errors.push(...modeErrors(configMap.defaultMode, `${path}.defaultMode`), ...itemErrors(configMap.items, path));
  }
  if (downwardAPI !== undefined) {
    const path = `${field}.downwardAPI`;
    errors.push(...modeErrors(downwardAPI.defaultMode, `${path}.defaultMode`));
    for (const [index, file] of (downwardAPI.items ?? []).entries()) {
      errors.push(...placed(`${path}.items[${index}]`, fileErrors(file, path)));
    }
  }
  if (projected !== undefined) {
    const path = `${field}.projected`;
    errors.push(...modeErrors(projected.defaultMode, `${path}.defaultMode`));
    const paths = new Set<string>();
    for (const [index, source] of (projected.sources ?? []).entries()) {
      errors.push(...validateProjection(source, path, `${path}.sources[${index}]`, paths));
    }
  }
  return errors;
}

const modeErrors = (mode: number | undefined, field: string): readonly FieldError[] =>
  mode === undefined || (mode >= 0 && mode <= 0o777)
    ? []
    : [invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];

const itemErrors = (items: readonly KeyToPath[] | undefined, field: string): readonly FieldError[] =>
  (items ?? []).flatMap(({ path, mode }, index) => {
    const at = `${field}.items[${index}]`;
    return [...unreservedPath(path, `${at}.path`), ...modeErrors(mode, `${at}.mode`)];
  });

const FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** Upstream names the volume, not the item. */
function fileErrors(
  { path, fieldRef, resourceFieldRef, mode }: DownwardAPIVolumeFile,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = path === '' ? [required(`${field}.path`)] : [];
  errors.push(...unreservedPath(path, `${field}.path`));
  if (fieldRef !== undefined) {
    errors.push(...validateFieldRef(fieldRef, FIELDS, `${field}.fieldRef`));
    if (resourceFieldRef !== undefined) {
      errors.push(invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (resourceFieldRef !== undefined) {
    errors.push(...validateResourceFieldRef(resourceFieldRef, `${field}.resourceFieldRef`, 'volume'));
  } else errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...modeErrors(mode, `${field}.mode`)];
}

const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;

/** `paths`: files of the sources before; no two of a volume are the same. */
function validateProjection(
  source: VolumeProjection,
  volume: string,
  field: string,
  paths: Set<string>,
): readonly FieldError[] {
  const { secret, configMap, downwardAPI, serviceAccountToken: token } = source;
  const taken = (path: string, shown: string): readonly FieldError[] => {
    const errors = paths.has(path) ? [invalid(volume, shown, 'conflicting duplicate paths')] : [];
    paths.add(path);
    return errors;
  };
  const errors: FieldError[] = [];
  for (const [name, files] of Object.entries({ secret, configMap })) {
    if (files === undefined) continue;
    const at = `${field}.${name}`;
    if (files.name === '') errors.push(required(`${at}.name`));
    errors.push(...itemErrors(files.items, at));
    const given = (files.items ?? []).filter(({ path }) => path !== '');
    errors.push(
      ...placedAfter(
        at,
        given.flatMap(({ path }) => taken(path, files.name)),
      ),
    );
  }
  for (const file of downwardAPI?.items ?? []) {
    const own = [...fileErrors(file, `${field}.downwardAPI`)];
    if (file.path !== '') own.push(...taken(file.path, file.path));
    errors.push(...placed(`${field}.downwardAPI`, own));
  }
  if (token !== undefined) {
    errors.push(...placed(`${field}.serviceAccountToken`, tokenErrors(token, volume, field)));
  }
  if (Object.values(source).filter(one => one !== undefined).length > 1) {
    errors.push(...placedAfter(field, [forbidden(field, 'may not specify more than 1 volume type per source')]));
  }
  return errors;
}

function tokenErrors(
  { expirationSeconds: seconds, path }: NonNullable<VolumeProjection['serviceAccountToken']>,
  volume: string,
  field: string,
): readonly FieldError[] {
  const at = `${field}.serviceAccountToken.expirationSeconds`;
  const errors: FieldError[] = [];
  if (seconds < MIN_TOKEN_SECONDS) errors.push(invalid(at, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > MAX_TOKEN_SECONDS) {
    errors.push(invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  return [...errors, ...(path === '' ? [required(`${volume}.path`)] : unreservedPath(path, `${volume}.path`))];
}
