/** Named the class before there was a field for it; it still counts more. */
export const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

interface Classed {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly storageClassName?: string };
}

/** The class a claim asks for or a volume belongs to; empty for none. */
export const storageClassOf = ({ metadata, spec }: Classed): string =>
  metadata.annotations?.[CLASS_ANNOTATION] ?? spec.storageClassName ?? '';
