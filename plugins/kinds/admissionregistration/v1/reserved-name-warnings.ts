import type { ObjectMeta } from '../../../../src/api/object-meta.ts';

const RESERVED = '.static.k8s.io';

/** Names that upstream keeps for configurations that it reads from files. */
export const reservedNameWarnings = ({ metadata: { name } }: { readonly metadata: ObjectMeta }): readonly string[] =>
  name.endsWith(RESERVED)
    ? [
        `metadata.name: names ending with "${RESERVED}" are reserved for static manifest-based configurations and cannot be managed via the API`,
      ]
    : [];
