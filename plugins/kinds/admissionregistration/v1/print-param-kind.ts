import type { ParamKind } from './policy-parameters.ts';

/** The kind of parameters as a table shows it. */
export const printParamKind = (kind: ParamKind | undefined): string =>
  kind === undefined ? '<unset>' : `${kind.apiVersion ?? ''}/${kind.kind ?? ''}`;
