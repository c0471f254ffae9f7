import { isRecord, member, withMember, type JsonRecord } from './json-record.ts';
import { labelMatcher, labelSelectorText, matcherOfLabels } from './label-selector.ts';
import type { AnyObject } from './object-meta.ts';
import type { ResourceDefinition } from './resource.ts';

/** `autoscaling/v1` Scale. */
export interface ScaleObject extends AnyObject {
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

type Paths = NonNullable<ResourceDefinition['scale']>;

/** What the scale subresource shows of an object. */
export function scaleOf({ spec, status, selector }: Paths, object: AnyObject): ScaleObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = numberAt(object, spec);
  const selected = selector === undefined ? undefined : selectorText(valueAt(object, selector));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: numberAt(object, status), ...(selected === undefined ? {} : { selector: selected }) },
  };
}

/** The object scaled. */
export function withScale(
  { spec }: Paths,
  object: AnyObject,
  scale: { readonly spec?: { readonly replicas?: number } },
): AnyObject {
  return setAt({ ...object }, spec.split('.'), scale.spec?.replicas ?? 0) as unknown as AnyObject;
}

const valueAt = (object: AnyObject, path: string): unknown =>
  path.split('.').reduce<unknown>((node, name) => (isRecord(node) ? member(node, name) : undefined), { ...object });

function numberAt(object: AnyObject, path: string): number {
  const value = valueAt(object, path);
  return typeof value === 'number' ? value : 0;
}

/** A custom resource may keep its selector as text already. */
function selectorText(selector: unknown): string | undefined {
  if (typeof selector === 'string') return selector;
  if (!isRecord(selector)) return undefined;
  if ('matchLabels' in selector || 'matchExpressions' in selector) return labelSelectorText(labelMatcher(selector));
  const labels = Object.entries(selector).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return labelSelectorText(matcherOfLabels(Object.fromEntries(labels)));
}

function setAt(record: JsonRecord, [name = '', ...rest]: readonly string[], value: unknown): JsonRecord {
  if (rest.length === 0) return withMember(record, name, value);
  const next = member(record, name);
  return withMember(record, name, setAt(isRecord(next) ? next : {}, rest, value));
}
