/** One flag of a command line, read as pflag reads it. */
export interface FlagSpec {
  readonly name: string;
  readonly short: string;
  readonly kind: 'bool' | 'text' | 'int' | 'duration' | 'list' | 'texts' | 'pairs';
  /** As it would be written; '' for nothing. */
  readonly fallback: string;
  /** What it stands for without `=value`. */
  readonly bare: string | undefined;
  readonly about: string;
  readonly required: boolean;
}

type Maker = (name: string, about: string, more?: Partial<Omit<FlagSpec, 'name' | 'kind' | 'about'>>) => FlagSpec;

const maker =
  (kind: FlagSpec['kind'], fallback = '', bare?: string): Maker =>
  (name, about, more = {}) => ({ name, kind, about, short: '', required: false, fallback, bare, ...more });

export const bool = maker('bool', 'false', 'true');
export const text = maker('text');
export const int = maker('int', '0');
export const duration = maker('duration', '0s');
/** May be given again; commas part its values. */
export const list = maker('list');
/** May be given again; commas are part of it. */
export const texts = maker('texts');
/** `name=value`; may be given again, commas part more of them. */
export const pairs = maker('pairs');
