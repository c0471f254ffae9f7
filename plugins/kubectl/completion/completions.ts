/** What a word may become, and what a shell is to make of that. */
export interface Completions {
  readonly values: readonly string[];
  /** One or several of {@link DIRECTIVES}, added up. */
  readonly directive: number;
}

/** What the scripts of cobra take behind the last line. */
export const DIRECTIVES = { default: 0, error: 1, noSpace: 2, noFiles: 4, extensions: 8 } as const;

export const NOTHING: Completions = { values: [], directive: DIRECTIVES.default };

/** These, and no files. */
export const only = (values: readonly string[]): Completions => ({ values, directive: DIRECTIVES.noFiles });

export const beginningWith = (values: readonly string[], prefix: string): readonly string[] =>
  values.filter(value => value.startsWith(prefix));
