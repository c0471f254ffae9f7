import { timeMs } from '../../src/base/timestamp.ts';
import { CLASS_ANNOTATION, DEFAULT_ANNOTATION } from '../kinds/networking/v1/ingress-class-annotations.ts';
import type { IngressClass } from '../kinds/networking/v1/ingress-class.ts';
import type { Ingress } from '../kinds/networking/v1/ingress.ts';

/** An ingress that names no class, in neither way, is of the default one: the newest of several. */
export function withDefaultIngressClass(ingress: Ingress, classes: readonly IngressClass[]): Ingress {
  const { metadata, spec } = ingress;
  if (spec.ingressClassName !== undefined || metadata.annotations?.[CLASS_ANNOTATION] !== undefined) return ingress;
  const [newest] = classes
    .filter(({ metadata: { annotations } }) => annotations?.[DEFAULT_ANNOTATION] === 'true')
    .toSorted((a, b) => madeMs(b) - madeMs(a) || (a.metadata.name < b.metadata.name ? -1 : 1));
  return newest === undefined ? ingress : { ...ingress, spec: { ...spec, ingressClassName: newest.metadata.name } };
}

const madeMs = ({ metadata }: IngressClass): number => timeMs(metadata.creationTimestamp) ?? 0;
