import { Failure } from '../failures.ts';

/** What a template is made of: text/template/parse. */
export type TemplateNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'print'; readonly pipe: Pipe }
  | {
      readonly type: 'if' | 'with' | 'range';
      readonly pipe: Pipe;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly type: 'template'; readonly name: string; readonly pipe: Pipe | undefined }
  | { readonly type: 'break' | 'continue' };

export interface Pipe {
  /** Variables it sets; a range's two are key and value. */
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

export type Operand =
  | { readonly type: 'field' | 'function' | 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly type: 'literal'; readonly value: unknown }
  | { readonly type: 'pipe'; readonly pipe: Pipe; readonly path: readonly string[] };

export interface ParsedTemplate {
  readonly nodes: readonly TemplateNode[];
  readonly defined: ReadonlyMap<string, readonly TemplateNode[]>;
}

interface Open {
  readonly word: string;
  readonly pipe: Pipe | undefined;
  readonly name: string;
  readonly body: TemplateNode[];
  readonly otherwise: TemplateNode[];
  inElse: boolean;
  /** Ends together with the one it stands in: `else if`. */
  readonly isChained: boolean;
}

export function parseTemplate(text: string): ParsedTemplate {
  const defined = new Map<string, readonly TemplateNode[]>();
  const root: Open = open('', undefined);
  const stack: Open[] = [root];
  const add = (node: TemplateNode): void => {
    const top = stack.at(-1) ?? root;
    (top.inElse ? top.otherwise : top.body).push(node);
  };
  for (const piece of pieces(text)) {
    if (piece.type === 'text') {
      if (piece.text !== '') add(piece);
      continue;
    }
    const [word = '', ...rest] = piece.text.split(/\s+(?=\S)/);
    const after = piece.text.slice(word.length).trim();
    if (word === 'end') close(stack, defined, add);
    else if (word === 'else') otherwise(stack, rest[0] ?? '', after);
    else if (word === 'if' || word === 'with' || word === 'range') stack.push(open(word, parsePipe(after)));
    else if (word === 'define' || word === 'block') {
      const name = JSON.parse(rest[0] ?? '""') as string;
      stack.push({
        ...open(word, word === 'block' ? parsePipe(after.slice(after.indexOf('"', 1) + 1)) : undefined),
        name,
      });
    } else if (word === 'template') {
      const given = after.slice(after.indexOf('"', 1) + 1).trim();
      add({
        type: 'template',
        name: JSON.parse(rest[0] ?? '""') as string,
        pipe: given === '' ? undefined : parsePipe(given),
      });
    } else if (word === 'break' || word === 'continue') add({ type: word });
    else add({ type: 'print', pipe: parsePipe(piece.text) });
  }
  if (stack.length > 1) throw new Failure('unexpected EOF');
  return { nodes: root.body, defined };
}

const open = (word: string, pipe: Pipe | undefined, isChained = false): Open => ({
  word,
  pipe,
  name: '',
  body: [],
  otherwise: [],
  inElse: false,
  isChained,
});

function otherwise(stack: Open[], word: string, after: string): void {
  const top = stack.at(-1);
  if (top === undefined || top.word === '' || top.inElse) throw new Failure('unexpected {{else}}');
  top.inElse = true;
  if (word === 'if' || word === 'with') stack.push(open(word, parsePipe(after.slice(word.length)), true));
}

function close(stack: Open[], defined: Map<string, readonly TemplateNode[]>, add: (node: TemplateNode) => void): void {
  for (;;) {
    const top = stack.length > 1 ? stack.pop() : undefined;
    if (top === undefined) throw new Failure('unexpected {{end}}');
    const { word, pipe, body } = top;
    if (word === 'define') defined.set(top.name, body);
    else if (word === 'block') {
      defined.set(top.name, body);
      add({ type: 'template', name: top.name, pipe });
    } else if (pipe !== undefined && (word === 'if' || word === 'with' || word === 'range')) {
      add({ type: word, pipe, body, otherwise: top.otherwise });
    }
    if (!top.isChained) return;
  }
}

type Piece = { readonly type: 'text'; readonly text: string } | { readonly type: 'action'; readonly text: string };

/** Text, and actions without their braces; `{{-` and `-}}` take spaces away, comments are left out. */
function* pieces(text: string): Generator<Piece> {
  let at = 0;
  let trims = false;
  while (at <= text.length) {
    const start = text.indexOf('{{', at);
    const end = start < 0 ? text.length : start;
    const trimsBefore = start >= 0 && /^\{\{-\s/.test(text.slice(start, start + 4));
    let plain = text.slice(at, end);
    if (trims) plain = plain.trimStart();
    if (trimsBefore) plain = plain.trimEnd();
    yield { type: 'text', text: plain };
    if (start < 0) return;
    const close = actionEnd(text, start + 2);
    let action = text.slice(start + (trimsBefore ? 3 : 2), close);
    trims = /\s-$/.test(action);
    if (trims) action = action.slice(0, -1);
    action = action.trim();
    if (!action.startsWith('/*')) yield { type: 'action', text: action };
    at = close + 2;
  }
}

function actionEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '"' || character === '`') {
      for (i++; i < text.length && text.charAt(i) !== character; i++) {
        if (character === '"' && text.charAt(i) === '\\') i += 1;
      }
    } else if (text.startsWith('}}', i)) return i;
  }
  throw new Failure('unclosed action');
}

const TOKEN =
  /\s+|:=|=|\||\(|\)|,|"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])'|[-+]?\d[\w.]*|\$?[\p{L}_][\p{L}\d_]*|\$|\.[\p{L}_][\p{L}\d_]*|\./uy;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) throw new Failure(`unexpected ${JSON.stringify(text.charAt(at))} in operand`);
    tokens.push(token);
  }
  return tokens;
}

export function parsePipe(text: string): Pipe {
  const tokens = tokensOf(text.trim());
  const pipe = readPipe(tokens);
  if (tokens.length > 0) throw new Failure(`unexpected ${JSON.stringify(tokens[0])} in command`);
  return pipe;
}

const isSpace = (token: string | undefined): boolean => token !== undefined && /^\s/.test(token);

function readPipe(tokens: string[]): Pipe {
  const { variables, declares } = readVariables(tokens);
  const commands: Operand[][] = [[]];
  for (;;) {
    while (isSpace(tokens[0])) tokens.shift();
    const [token] = tokens;
    if (token === undefined || token === ')') break;
    if (token === '|') {
      tokens.shift();
      commands.push([]);
    } else commands.at(-1)?.push(readOperand(tokens));
  }
  if (commands.some(command => command.length === 0)) throw new Failure('missing value for command');
  return { variables, declares, commands };
}

function readVariables(tokens: string[]): Pick<Pipe, 'variables' | 'declares'> {
  const solid = tokens.filter(token => !isSpace(token));
  const at = solid.findIndex(token => token === ':=' || token === '=');
  if (at < 1 || !solid.slice(0, at).every(token => token.startsWith('$') || token === ','))
    return { variables: [], declares: false };
  const sign = solid[at];
  while (tokens.shift() !== sign);
  return { variables: solid.slice(0, at).filter(token => token !== ','), declares: sign === ':=' };
}

function readOperand(tokens: string[]): Operand {
  const token = tokens.shift() ?? '';
  if (token === '(') {
    const pipe = readPipe(tokens);
    if (tokens.shift() !== ')') throw new Failure('unclosed left paren');
    return { type: 'pipe', pipe, path: readPath(tokens) };
  }
  if (token.startsWith('"')) return { type: 'literal', value: JSON.parse(token) as unknown };
  if (token.startsWith('`')) return { type: 'literal', value: token.slice(1, -1) };
  if (token.startsWith("'")) return { type: 'literal', value: token.slice(1, -1).codePointAt(0) };
  if (/^[-+]?\d/.test(token)) return { type: 'literal', value: Number(token) };
  if (token === 'true' || token === 'false') return { type: 'literal', value: token === 'true' };
  if (token === 'nil') return { type: 'literal', value: undefined };
  if (token.startsWith('$')) return { type: 'variable', name: token, path: readPath(tokens) };
  if (token === '.') return { type: 'field', name: '', path: [] };
  if (token.startsWith('.')) return { type: 'field', name: '', path: [token.slice(1), ...readPath(tokens)] };
  return { type: 'function', name: token, path: [] };
}

function readPath(tokens: string[]): readonly string[] {
  const path: string[] = [];
  while (tokens[0] !== undefined && tokens[0].length > 1 && tokens[0].startsWith('.'))
    path.push((tokens.shift() ?? '').slice(1));
  return path;
}
