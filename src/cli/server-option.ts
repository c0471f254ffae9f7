/** One setting of `tiphys server` or `tiphys agent`: a flag, a TIPHYS_* variable and a key of the configuration file. */
export interface ServerOption {
  /** Key in configuration files and in what plugins are given; the flag is its kebab form. */
  readonly key: string;
  readonly flag: string;
  readonly value: 'text' | 'number' | 'boolean' | 'list';
  readonly default: string | number | boolean | readonly string[];
  readonly doc: string;
}

export const option = (
  key: string,
  value: ServerOption['value'],
  fallback: ServerOption['default'],
  doc: string,
): ServerOption => ({
  key,
  flag: `--${kebab(key)}`,
  value,
  default: fallback,
  doc,
});
export const kebab = (key: string): string => key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
