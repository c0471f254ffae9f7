import { fieldErrorBody, type FieldError } from '../../src/api/field-error.ts';
import { isRecord, withMember, withoutMember, type JsonRecord } from '../../src/api/json-record.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { validateAnnotations, validateLabels } from '../../src/api/validate-metadata.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';

/** Of those known here, the first that a webhook says it knows. */
export const reviewVersion = (versions: readonly string[]): 'v1' | 'v1beta1' | undefined =>
  versions.find(version => version === 'v1' || version === 'v1beta1');

/** A ConversionReview that asks for `objects` in another version. */
export const conversionRequest = (
  version: string,
  uid: string,
  objects: readonly AnyObject[],
  desiredAPIVersion: string,
): JsonRecord => ({
  kind: 'ConversionReview',
  apiVersion: `apiextensions.k8s.io/${version}`,
  request: { uid, desiredAPIVersion, objects },
});

interface Expected {
  readonly version: string;
  readonly uid: string;
  readonly objects: readonly AnyObject[];
  readonly apiVersion: string;
}

/** The objects a webhook answered, or what is wrong with its answer, in upstream's words after the kind. */
export function convertedObjects(
  body: unknown,
  expected: Expected,
): { readonly objects: readonly AnyObject[] } | { readonly problem: string } {
  const review = isRecord(body) ? body : {};
  const wrong = wrongReview(review, expected);
  if (wrong !== undefined) return { problem: ` failed: ${wrong}` };
  const { response } = review;
  const answered: unknown = isRecord(response) ? (response['convertedObjects'] ?? []) : [];
  const { objects } = expected;
  if (!Array.isArray(answered) || answered.length !== objects.length) {
    const count = Array.isArray(answered) ? answered.length : 0;
    return { problem: ` returned ${count} objects, expected ${objects.length}` };
  }
  const converted: AnyObject[] = [];
  for (const [index, original] of objects.entries()) {
    const one = convertedObject(original, answered[index], expected.apiVersion);
    if ('problem' in one) return { problem: ` returned invalid converted object at index ${index}: ${one.problem}` };
    converted.push(one.object);
  }
  return { objects: converted };
}

function wrongReview({ apiVersion, kind, response }: JsonRecord, { version, uid }: Expected): string | undefined {
  if (version === 'v1' && (apiVersion !== 'apiextensions.k8s.io/v1' || kind !== 'ConversionReview')) {
    const [said = '', group = ''] = textOf(apiVersion).split('/').toReversed();
    return `expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got ${group}/${said}, Kind=${textOf(kind)}`;
  }
  if (!isRecord(response)) return 'no response provided';
  const { uid: said, result } = response;
  if (version === 'v1' && said !== uid) {
    return `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(textOf(said))}`;
  }
  const { status, message } = isRecord(result) ? result : { status: '', message: '' };
  if (status === 'Success') return undefined;
  return textOf(message) === '' ? `response.result.status was '${textOf(status)}', not 'Success'` : textOf(message);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What was converted, with the original's metadata but for labels and annotations. */
function convertedObject(
  original: AnyObject,
  value: unknown,
  apiVersion: string,
): { readonly object: AnyObject } | { readonly problem: string } {
  const answered = isRecord(value) ? value : {};
  const { kind, metadata } = answered;
  if (answered['apiVersion'] !== apiVersion) {
    return { problem: `invalid groupVersion (expected ${apiVersion}, received ${textOf(answered['apiVersion'])})` };
  }
  if (kind !== original.kind) return { problem: `invalid kind (expected ${original.kind}, received ${textOf(kind)})` };
  if (!isRecord(metadata)) return { problem: 'missing metadata in converted object' };
  for (const [name, shown] of SAME) {
    const [before, after] = [original.metadata[name] ?? '', metadata[name] ?? ''];
    if (before !== after) return { problem: `must have the same ${shown}: ${before} != ${textOf(after)}` };
  }
  const restored = restoredMetadata(original, metadata);
  if ('problem' in restored) return restored;
  // Its kind, version and metadata were looked at; the rest is judged by its schema.
  return { object: { ...answered, metadata: restored.metadata } as unknown as AnyObject };
}

const SAME = [
  ['name', 'name'],
  ['namespace', 'namespace'],
  ['uid', 'UID'],
] as const;

const CHANGEABLE = [
  ['labels', validateLabels],
  ['annotations', validateAnnotations],
] as const;

function restoredMetadata(
  original: AnyObject,
  answered: JsonRecord,
): { readonly metadata: JsonRecord } | { readonly problem: string } {
  let metadata: JsonRecord = { ...original.metadata };
  for (const [name, judge] of CHANGEABLE) {
    const said = answered[name];
    if (said === undefined || said === null) {
      metadata = withoutMember(metadata, name);
      continue;
    }
    if (!isRecord(said)) return { problem: `invalid metadata.${name} in converted object` };
    const texts = Object.entries(said).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    if (texts.length < Object.keys(said).length)
      return { problem: `metadata.${name} must be strings in converted object` };
    const errors = isDeepEqual(said, original.metadata[name])
      ? []
      : judge(Object.fromEntries(texts), `metadata.${name}`);
    if (errors.length > 0) return { problem: errors.map(told).join(', ') };
    metadata = withMember(metadata, name, said);
  }
  return { metadata };
}

const told = (error: FieldError): string => `${error.field}: ${fieldErrorBody(error)}`;
