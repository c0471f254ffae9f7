import { alignTabs, DESCRIPTION_TABS } from '../print/tab-text.ts';

const INDENT = '  ';

/** Lines of cells, in parts that are aligned each by itself. */
export class Description {
  readonly #parts: string[];
  readonly #indent: string;

  constructor(parts: string[] = [''], indent = '') {
    this.#parts = parts;
    this.#indent = indent;
  }

  line(text: string, level = 0): void {
    this.#parts[this.#parts.length - 1] += `${this.#indent}${INDENT.repeat(level)}${text}\n`;
  }

  /** `Name:<tab>value`. */
  field(name: string, value: string | number, level = 0): void {
    this.line(`${name}:\t${value}`, level);
  }

  /** The same text, one level in. */
  indented(): Description {
    return new Description(this.#parts, this.#indent + INDENT);
  }

  /** What follows is aligned anew. */
  flush(): void {
    this.#parts.push('');
  }

  text(): string {
    return this.#parts.map(part => alignTabs(part, DESCRIPTION_TABS)).join('');
  }

  /** With its tabs as they are. */
  raw(): string {
    return this.#parts.join('');
  }
}
