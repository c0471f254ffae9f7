import type { Resource } from './resource.ts';

/** What a refused object is called: what is stored as another kind is judged as it. */
export const judgedAs = ({ group, kind, storedAs }: Resource): { readonly group: string; readonly kind: string } => ({
  group: storedAs?.group ?? group,
  kind,
});
