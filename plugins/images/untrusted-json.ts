import { ContentError } from './content-error.ts';

/** A document from a stranger: every step down checks, and a complaint names the place. */
export class UntrustedJson {
  readonly value: unknown;
  readonly #where: string;

  private constructor(value: unknown, where: string) {
    this.value = value;
    this.#where = where;
  }

  static parse(text: Buffer | string, where: string): UntrustedJson {
    try {
      return new UntrustedJson(JSON.parse(text.toString()), where);
    } catch (error) {
      throw new ContentError('BadDocument', `${where} is not JSON`, { cause: error });
    }
  }

  get(key: string): UntrustedJson {
    const { value } = this;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw this.#complain('an object');
    const found: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
    return new UntrustedJson(found ?? undefined, `${this.#where}.${key}`);
  }

  get missing(): boolean {
    return this.value === undefined;
  }

  string(fallback?: string): string {
    if (this.missing && fallback !== undefined) return fallback;
    if (typeof this.value !== 'string' || this.value.includes('\0')) throw this.#complain('a string');
    return this.value;
  }

  integer(): number {
    if (typeof this.value !== 'number' || !Number.isSafeInteger(this.value) || this.value < 0) {
      throw this.#complain('a whole number');
    }
    return this.value;
  }

  /** Empty where the field is missing. */
  items(): readonly UntrustedJson[] {
    if (this.missing) return [];
    if (!Array.isArray(this.value)) throw this.#complain('a list');
    return this.value.map((item: unknown, i) => new UntrustedJson(item, `${this.#where}[${i}]`));
  }

  strings(): readonly string[] {
    return this.items().map(item => item.string());
  }

  keys(): readonly string[] {
    if (this.missing) return [];
    if (this.value === null || typeof this.value !== 'object') throw this.#complain('an object');
    return Object.keys(this.value);
  }

  #complain(what: string): ContentError {
    return new ContentError('BadDocument', `${this.#where} is not ${what}`);
  }
}
