import { DYN, isDynOrError, isSameType, type CelType } from './cel-type.ts';

/** What type parameters stand for, as far as is known. */
export class Substitutions {
  readonly #known = new Map<string, CelType>();
  /** What is to be put back where an attempt comes to nothing. */
  readonly #journal: (readonly [string, CelType | undefined])[] = [];
  #fresh = 0;

  newParam(): CelType {
    this.#fresh += 1;
    return { kind: 'param', name: `_var${this.#fresh - 1}`, params: [] };
  }

  /** `type` with parameters replaced; those that stand for nothing become `dyn` where `toDyn`. */
  apply(type: CelType, toDyn = false): CelType {
    if (type.kind === 'param') {
      const known = this.#known.get(type.name);
      return known === undefined ? (toDyn ? DYN : type) : this.apply(known, toDyn);
    }
    return withParams(type, param => this.apply(param, toDyn));
  }

  /** Whether values of each of `from` may be given where `to` is asked for; nothing is kept of what is not. */
  assign(from: readonly CelType[], to: readonly CelType[]): boolean {
    const mark = this.#journal.length;
    if (this.#areAssignable(from, to)) {
      this.#journal.length = 0;
      return true;
    }
    while (this.#journal.length > mark) {
      const [name, before] = this.#journal.pop() ?? ['', undefined];
      if (before === undefined) this.#known.delete(name);
      else this.#known.set(name, before);
    }
    return false;
  }

  #set(name: string, type: CelType): void {
    this.#journal.push([name, this.#known.get(name)]);
    this.#known.set(name, type);
  }

  #areAssignable(from: readonly CelType[], to: readonly CelType[]): boolean {
    return from.length === to.length && from.every((type, index) => this.#isAssignable(type, to[index] ?? DYN));
  }

  #isAssignable(a: CelType, b: CelType): boolean {
    if (b.kind === 'param') {
      const tried = this.#stand(a, b);
      if (tried !== 'unknown') return tried === 'fits';
    }
    if (a.kind === 'param') return this.#stand(b, a) === 'fits';
    if (isDynOrError(a) || isDynOrError(b)) return true;
    if (a.kind === 'null') return isNullable(b);
    if (b.kind === 'null') return isNullable(a);
    if (a.kind === 'type') return b.kind === 'type';
    if (a.kind === 'opaque' || a.kind === 'list' || a.kind === 'map')
      return a.kind === b.kind && a.name === b.name && this.#areAssignable(a.params, b.params);
    return a.kind === b.kind && a.name === b.name;
  }

  /** Whether `param` can stand for `type`, told from what it stands for already. */
  #stand(type: CelType, param: CelType): 'fits' | 'not' | 'unknown' {
    if (type.kind === 'param' && type.name === param.name) return 'fits';
    const known = this.#known.get(param.name);
    if (known === undefined) {
      if (!this.#isFree(param, type)) return 'unknown';
      this.#set(param.name, type);
      return 'fits';
    }
    if (isSameType(type, known)) return 'fits';
    if (!this.#isAssignable(type, known)) return 'not';
    const general = mostGeneral(type, known);
    if (this.#isFree(param, general)) this.#set(param.name, general);
    return 'fits';
  }

  /** Whether a parameter is no part of a type: it cannot stand for what holds itself. */
  #isFree(param: CelType, within: CelType): boolean {
    if (within.kind !== 'param') return within.params.every(part => this.#isFree(param, part));
    if (within.name === param.name) return false;
    const known = this.#known.get(within.name);
    return known === undefined || this.#isFree(param, known);
  }
}

function withParams(type: CelType, replace: (param: CelType) => CelType): CelType {
  if (type.params.length === 0) return type;
  const params = type.params.map(replace);
  return params.every((param, index) => param === type.params[index]) ? type : { ...type, params };
}

const NULLABLE = new Set(['null', 'opaque', 'object', 'duration', 'timestamp']);
const isNullable = ({ kind }: CelType): boolean => NULLABLE.has(kind);

/** Of two types that go together, the one that says less. */
export const mostGeneral = (a: CelType, b: CelType): CelType => (saysLess(a, b) ? a : b);

function saysLess(a: CelType, b: CelType): boolean {
  if (a.kind === 'dyn' || a.kind === 'param') return true;
  if (b.kind === 'dyn' || b.kind === 'param' || a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  if (a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((param, index) => saysLess(param, b.params[index] ?? DYN));
}
