import { goText } from '../../../src/base/go-text.ts';
import { isRecord, own } from '../../../src/base/is-record.ts';
import { Failure } from '../failures.ts';
import { isTrue, TEMPLATE_FUNCTIONS } from './go-template-functions.ts';
import { parseTemplate, type Operand, type ParsedTemplate, type Pipe, type TemplateNode } from './go-template-parse.ts';

/** A template of Go's text/template over JSON, as `-o go-template` takes it. */
export class GoTemplate {
  readonly #parsed: ParsedTemplate;

  constructor(text: string) {
    try {
      this.#parsed = parseTemplate(text);
    } catch (error) {
      if (!(error instanceof Failure) && !(error instanceof SyntaxError)) throw error;
      throw new Failure(`error parsing template ${text}, template: output:1: ${error.message}`);
    }
  }

  execute(value: unknown): string {
    const run = new Run(this.#parsed);
    run.nodes(this.#parsed.nodes, value, new Variables([['$', value]]));
    return run.out;
  }
}

class Variables {
  readonly #own: Map<string, unknown>;
  readonly #outer: Variables | undefined;

  constructor(own: readonly (readonly [string, unknown])[], outer?: Variables) {
    this.#own = new Map(own);
    this.#outer = outer;
  }

  get(name: string): unknown {
    if (this.#own.has(name)) return this.#own.get(name);
    if (this.#outer === undefined) throw new Failure(`undefined variable ${JSON.stringify(name)}`);
    return this.#outer.get(name);
  }

  declare(name: string, value: unknown): void {
    this.#own.set(name, value);
  }

  assign(name: string, value: unknown): void {
    if (this.#own.has(name) || this.#outer === undefined) this.#own.set(name, value);
    else this.#outer.assign(name, value);
  }
}

type Ended = 'break' | 'continue' | undefined;

class Run {
  readonly #parsed: ParsedTemplate;
  out = '';

  constructor(parsed: ParsedTemplate) {
    this.#parsed = parsed;
  }

  nodes(nodes: readonly TemplateNode[], dot: unknown, variables: Variables): Ended {
    for (const node of nodes) {
      const ended = this.#node(node, dot, variables);
      if (ended !== undefined) return ended;
    }
    return undefined;
  }

  #node(node: TemplateNode, dot: unknown, variables: Variables): Ended {
    switch (node.type) {
      case 'text':
        this.out += node.text;
        return undefined;
      case 'print': {
        const value = this.#pipe(node.pipe, dot, variables);
        if (node.pipe.variables.length === 0) this.out += value === undefined ? '<no value>' : goText(value);
        return undefined;
      }
      case 'template': {
        const named = this.#parsed.defined.get(node.name);
        if (named === undefined) throw new Failure(`template ${JSON.stringify(node.name)} not defined`);
        const given = node.pipe === undefined ? undefined : this.#pipe(node.pipe, dot, variables);
        this.nodes(named, given, new Variables([['$', given]]));
        return undefined;
      }
      case 'break':
      case 'continue':
        return node.type;
      case 'range':
        return this.#range(node, dot, variables);
      case 'if':
      case 'with': {
        const inner = new Variables([], variables);
        const value = this.#pipe(node.pipe, dot, inner);
        const next = node.type === 'with' ? value : dot;
        return isTrue(value) ? this.nodes(node.body, next, inner) : this.nodes(node.otherwise, dot, inner);
      }
    }
  }

  #range(
    { pipe, body, otherwise }: Extract<TemplateNode, { body: unknown }>,
    dot: unknown,
    variables: Variables,
  ): Ended {
    const value = this.#value(pipe, dot, variables);
    const entries = entriesOf(value);
    if (entries.length === 0) return this.nodes(otherwise, dot, new Variables([], variables));
    for (const [key, item] of entries) {
      const inner = new Variables([], variables);
      const [first, second] = pipe.variables;
      if (second !== undefined && first !== undefined) inner.declare(first, key);
      if (second ?? first) inner.declare(second ?? first ?? '', item);
      if (this.nodes(body, item, inner) === 'break') break;
    }
    return undefined;
  }

  #pipe(pipe: Pipe, dot: unknown, variables: Variables): unknown {
    const value = this.#value(pipe, dot, variables);
    for (const name of pipe.variables) {
      if (pipe.declares) variables.declare(name, value);
      else variables.assign(name, value);
    }
    return value;
  }

  #value({ commands }: Pipe, dot: unknown, variables: Variables): unknown {
    let value: unknown;
    commands.forEach((command, i) => {
      value = this.#command(command, dot, variables, i === 0 ? [] : [value]);
    });
    return value;
  }

  #command(
    [first, ...rest]: readonly Operand[],
    dot: unknown,
    variables: Variables,
    piped: readonly unknown[],
  ): unknown {
    if (first === undefined) return undefined;
    if (first.type !== 'function') return this.#operand(first, dot, variables);
    if (first.name === 'and' || first.name === 'or') {
      const stops = first.name === 'or';
      let value: unknown;
      for (const operand of rest) {
        value = this.#operand(operand, dot, variables);
        if (isTrue(value) === stops) return value;
      }
      return piped.length > 0 ? piped[0] : value;
    }
    const call = TEMPLATE_FUNCTIONS.get(first.name);
    if (call === undefined) throw new Failure(`function ${JSON.stringify(first.name)} not defined`);
    return call(...rest.map(operand => this.#operand(operand, dot, variables)), ...piped);
  }

  #operand(operand: Operand, dot: unknown, variables: Variables): unknown {
    switch (operand.type) {
      case 'literal':
        return operand.value;
      case 'field':
        return within(dot, operand.path);
      case 'variable':
        return within(variables.get(operand.name), operand.path);
      case 'pipe':
        return within(this.#value(operand.pipe, dot, variables), operand.path);
      case 'function':
        return this.#command([operand], dot, variables, []);
    }
  }
}

function within(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (found === undefined || found === null) {
      throw new Failure(`nil data; no entry for key ${JSON.stringify(name)}`);
    }
    if (!isRecord(found)) throw new Failure(`can't evaluate field ${name} in type interface {}`);
    found = own(found, name);
  }
  return found;
}

function entriesOf(value: unknown): readonly (readonly [unknown, unknown])[] {
  if (Array.isArray(value)) return value.map((item, i) => [i, item] as const);
  if (isRecord(value)) return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (typeof value === 'number') return Array.from({ length: value }, (_, i) => [i, i] as const);
  if (value === undefined || value === null) return [];
  throw new Failure(`range can't iterate over ${goText(value)}`);
}
