import { wide } from '../../../../src/api/columns.ts';
import type { Column } from '../../../../src/api/resource.ts';
import type { PodSpec } from './pod-spec.ts';

/** What `-o wide` adds for whatever holds a pod template. */
export function containerColumns<O>(specOf: (object: O) => PodSpec | undefined): readonly Column<O>[] {
  const joined = (object: O, part: 'name' | 'image'): string =>
    (specOf(object)?.containers ?? []).map(container => container[part] ?? '').join(',');
  return [
    wide('Containers', 'Names of the containers of the template.', object => joined(object, 'name')),
    wide('Images', 'Images of the containers of the template.', object => joined(object, 'image')),
  ];
}
