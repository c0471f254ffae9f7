import { textAt, withField, type Fields } from '../dig.ts';
import type { KubeObject } from '../kube-object.ts';
import { goJson } from '../print/json.ts';
import { isRecord } from '../../../src/base/is-record.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const PATH = ['metadata', 'annotations', LAST_APPLIED] as const;

/** The object with its own text in its annotations, from which a later apply sees what was taken out. */
export function withLastApplied(object: KubeObject): KubeObject {
  return withField(object, PATH, lastAppliedText(object)) as KubeObject;
}

export function lastAppliedText(object: KubeObject): string {
  const annotations = withField(object, PATH, undefined);
  return `${goJson(annotations)}\n`;
}

/** What was applied last; `undefined` for an object that was made otherwise. */
export function lastApplied(object: unknown): Fields | undefined {
  const text = textAt(object, ...PATH);
  if (text === '') return undefined;
  const parsed: unknown = JSON.parse(text);
  return isRecord(parsed) ? parsed : undefined;
}
