import { dig, listAt, textAt, textsAt } from '../dig.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeAnnotations, describeLabels } from './labels.ts';

/** Name, namespace, labels and annotations: what most begin with. */
export function describeHead(out: Description, object: KubeObject): void {
  out.field('Name', nameOf(object));
  if (namespaceOf(object) !== '') out.field('Namespace', namespaceOf(object));
  describeMaps(out, object);
}

export function describeMaps(out: Description, object: KubeObject): void {
  describeLabels(out, 'Labels', textsAt(object, 'metadata', 'labels'));
  describeAnnotations(out, 'Annotations', textsAt(object, 'metadata', 'annotations'));
}

/** `ReplicaSet/web-1`; '' where nobody controls it. */
export function controllerOf(object: KubeObject): string {
  const owner = listAt(object, 'metadata', 'ownerReferences').find(each => dig(each, 'controller') === true);
  return owner === undefined ? '' : `${textAt(owner, 'kind')}/${textAt(owner, 'name')}`;
}
