import { dig, listAt, textAt, withField, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';

/** Where an object keeps the spec of its pods. */
export function podSpecPath(object: KubeObject): readonly string[] {
  if (object.kind === 'Pod') return ['spec'];
  if (object.kind === 'CronJob') return ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  const path = ['spec', 'template', 'spec'];
  if (dig(object, ...path) === undefined) {
    throw new Failure(
      `the object is not a pod or does not have a pod template: *${object.apiVersion.split('/').at(-1)}.${object.kind}`,
    );
  }
  return path;
}

export type ContainerField = 'containers' | 'initContainers';

/** The object with `change` made to each of its containers that `isMeant`. */
export function withContainers(
  object: KubeObject,
  isMeant: (name: string) => boolean,
  change: (container: Fields) => Fields,
  fields: readonly ContainerField[] = ['initContainers', 'containers'],
): KubeObject {
  const path = podSpecPath(object);
  let next: Fields = object;
  for (const field of fields) {
    const containers = listAt(object, ...path, field) as readonly Fields[];
    if (containers.length === 0) continue;
    next = withField(
      next,
      [...path, field],
      containers.map(each => (isMeant(textAt(each, 'name')) ? change(each) : each)),
    );
  }
  return next as KubeObject;
}

export function containerNames(
  object: KubeObject,
  fields: readonly ContainerField[] = ['initContainers', 'containers'],
): readonly string[] {
  const path = podSpecPath(object);
  return fields.flatMap(field => listAt(object, ...path, field).map(each => textAt(each, 'name')));
}

/** `*` and `a*` as names are meant. */
export const namePattern = (pattern: string): ((name: string) => boolean) => {
  const parts = pattern.split('*');
  if (parts.length === 1) return name => name === pattern;
  const [head = '', ...rest] = parts;
  const tail = rest.at(-1) ?? '';
  return name => name.startsWith(head) && name.endsWith(tail) && name.length >= head.length + tail.length;
};
