import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import ts from 'typescript-6';
import { describe, expect, it } from 'vitest';

/** The codebase's own rules, as data, checked like any other promise. docs/HACKING.md tells why. */
const RULES = {
  /** Layer -> what it may import besides itself, types included. */
  layers: {
    'src/base': [],
    'src/schema': ['src/base'],
    'src/cel': ['src/base', 'src/schema'],
    'src/store': ['src/base', 'src/schema', 'src/kernel', 'src/bus'],
    'src/bus': ['src/base', 'src/schema', 'src/kernel'],
    'src/kernel': ['src/base', 'src/schema', 'src/bus'],
    'src/api': ['src/base', 'src/schema', 'src/cel', 'src/kernel', 'src/store', 'src/bus'],
    'src/sdk': ['src/base', 'src/schema', 'src/cel', 'src/kernel', 'src/store', 'src/bus', 'src/api'],
    /** The public door re-exports the kinds; testing builds whole clusters. */
    'src/sdk/index.ts': ['src/base', 'src/schema', 'src/cel', 'src/kernel', 'src/bus', 'src/api', 'src/sdk', 'plugins'],
    'src/sdk/testing': [
      'src/base',
      'src/schema',
      'src/cel',
      'src/kernel',
      'src/store',
      'src/bus',
      'src/api',
      'src/sdk',
      'plugins',
    ],
    'src/cli': [
      'src/base',
      'src/schema',
      'src/cel',
      'src/kernel',
      'src/store',
      'src/bus',
      'src/api',
      'src/sdk',
      'plugins',
      'native',
    ],
    'src/main.js': ['src/cli', 'src/bundle'],
    'src/bundle': ['src/base', 'src/cli', 'plugins'],
    'src/binary': ['src/base', 'src/kernel', 'src/cli', 'src/bundle', 'images'],
    native: ['src/base'],
    images: [],
    plugins: [
      'src/base',
      'src/schema',
      'src/cel',
      'src/kernel',
      'src/store',
      'src/bus',
      'src/api',
      'src/sdk',
      'native',
    ],
  } as Readonly<Record<string, readonly string[]>>,
  nativeUsers: ['runtime', 'network', 'images', 'proxy', 'dns', 'kubelet'],
  maxFileLines: 400,
  maxFunctionLines: 70,
  /** Files whose names say what part they play, or what their exports are about, where these cannot say it themselves. */
  namedOtherwise: [
    [/\/(plugin|contract|limits|index)\.ts$/, 'every plugin has one, for the same purpose'],
    [/\/cli\.ts$/, "a plugin's commands"],
    [/-schema\.ts$/, 'the schema under the name that kinds write it by'],
    [/-facts\.ts$/, 'questions about one thing, each named for what it asks'],
    [/-checks?\.ts$/, "checks under the names of upstream's"],
    [/\/(protocol|messages|[a-z]+-rpcs)\.ts$/, 'the vocabulary of a wire, each word named for what it carries'],
    [/^src\/schema\/field-path\.ts$/, 'read in every validation, hence of one word: child, at'],
    [/-filter\.ts$|^plugins\/scheduler\/scores\//, "filters and scores under the names of upstream's plugins"],
    [
      /^plugins\/scheduler\/devices\//,
      'parts of an allocation in the words of its API, each named for what it answers',
    ],
    [
      /^plugins\/(dns\/resolv-conf|proxy\/testing\/wire-objects|kubelet\/testing\/csi-driver)\.ts$/,
      'named for the other side',
    ],
  ] as readonly (readonly [RegExp, string])[],
  bannedNames: /(^|\/)(utils?|helpers?|misc|common|manager)\.(ts|cc|h|c)$/,
  banned: [
    [/\bas any\b|: any\b|<any>/, 'any'],
    [/@ts-(ignore|nocheck)/, 'a silenced compiler'],
    [/catch\s*(\([^)]*\))?\s*\{\s*\}/, 'an empty catch'],
    [/\bTODO\b|\bFIXME\b/, 'an unfinished word'],
  ] as readonly (readonly [RegExp, string])[],
  /** The world is a parameter; only these files are the world. */
  worldFiles: ['src/kernel/host-world.ts', 'src/main.js'],
  bannedGlobals: [
    [/\bDate\.now\(|\bnew Date\(\)/, 'the clock'],
    [/(?<![.\w])(setTimeout|setInterval)\(/, 'a timer'],
    [/\bMath\.random\(/, 'randomness'],
    [/\bprocess\.env\b/, 'the environment'],
    [/from 'node:child_process'/, 'a child process'],
    [/^import (?!type\b)[^;]*from 'node:http'/m, "Node's HTTP, which src/base/http.ts has at a fraction of the memory"],
  ] as readonly (readonly [RegExp, string])[],
};

const ROOT = resolve(import.meta.dirname, '..');
const isTest = (file: string): boolean => /\.(test|test-d)\.ts$|\/testing\//.test(file);
const all = ['src', 'plugins', 'native', 'images'].flatMap(folder =>
  readdirSync(resolve(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(file => `${folder}/${file}`),
);
const files = all.filter(file => /\.[jt]s$/.test(file) && !file.startsWith('images/out'));
const code = files.filter(file => !isTest(file));
const textOf = (file: string): string => readFileSync(resolve(ROOT, file), 'utf8');
const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);

function layerOf(file: string): string {
  const candidates = Object.keys(RULES.layers).filter(layer => file === layer || file.startsWith(`${layer}/`));
  return candidates.sort((a, b) => b.length - a.length)[0] ?? file;
}

function importsOf(file: string): readonly string[] {
  const imports: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier =
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : undefined;
    if (specifier !== undefined && ts.isStringLiteral(specifier) && specifier.text.startsWith('.')) {
      imports.push(relative(ROOT, resolve(ROOT, dirname(file), specifier.text)));
    }
    node.forEachChild(visit);
  };
  visit(parse(file));
  return imports;
}
const graph = new Map(files.map(file => [file, importsOf(file)] as const));

describe('tidy', () => {
  it('keeps the dependency rule', () => {
    const broken = code.flatMap(file =>
      (graph.get(file) ?? []).flatMap(target => {
        const [from, to] = [layerOf(file), layerOf(target)];
        if (to === 'package.json' || target === 'package.json') return [];
        if (from !== to && !(RULES.layers[from] ?? []).includes(to)) return [`${file}: ${from} may not import ${to}`];
        return from === 'plugins' ? pluginRule(file, target) : [];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('has no import cycle, types included', () => {
    expect(cycles()).toEqual([]);
  });

  it('keeps files and functions short', () => {
    const native = all.filter(file => /\.(cc|c|h)$/.test(file));
    const long = [...files, ...native]
      .map(file => [file, textOf(file).split('\n').length - 1] as const)
      .filter(([, lines]) => lines > RULES.maxFileLines)
      .map(([file, lines]) => `${file}: ${lines} lines`);
    expect([...long, ...code.flatMap(longFunctions)]).toEqual([]);
  });

  it('names files for what they hold, in small letters and dashes', () => {
    expect(all.filter(file => RULES.bannedNames.test(file))).toEqual([]);
    expect(all.filter(file => !file.startsWith('images/out') && /[A-Z_]/.test(file))).toEqual([]);
  });

  it('names files for what they export', () => {
    const named = files.filter(
      file => !/\.test(-d)?\.ts$/.test(file) && !found(file, RULES.namedOtherwise, file).length,
    );
    expect(named.flatMap(misnamed)).toEqual([]);
  });

  it('has none of the banned words, and the world only as a parameter', () => {
    const words = files.flatMap(file => found(file, RULES.banned));
    const globals = code
      .filter(file => !RULES.worldFiles.includes(file) && !file.startsWith('images/'))
      .flatMap(file => found(file, RULES.bannedGlobals));
    expect([...words, ...globals]).toEqual([]);
  });
});

/** A plugin meets another only through its contract or a kind; only the node's own plugins speak to the kernel. */
function pluginRule(file: string, target: string): readonly string[] {
  const [, own] = file.split('/');
  const [top, other] = target.split('/');
  if (top === 'native' && !RULES.nativeUsers.includes(own ?? '')) return [`${file}: may not use the addon`];
  if (top !== 'plugins' || own === other || file === 'plugins/builtin.ts') return [];
  if (other === 'kinds' || target.endsWith('/contract.ts')) return [];
  return [`${file}: imports the inside of plugin ${other}: ${target}`];
}

function found(file: string, rules: readonly (readonly [RegExp, string])[], text = textOf(file)): readonly string[] {
  return rules.filter(([pattern]) => pattern.test(text)).map(([, name]) => `${file}: ${name}`);
}

/**
 * Who exports one value is named for it: each word of the file's name is one of its own or of its types'. Who exports
 * several is named for what they are about: a word at least is theirs. Forms of a word begin with the same four letters.
 */
function misnamed(file: string): readonly string[] {
  const { values, types } = exportsOf(parse(file));
  const names = [...values, ...types].map(name => wordsOf(name));
  if (names.length === 0) return [];
  const own = wordsOf(basename(file).replace(/(\.d)?\.[jt]s$/, ''));
  const isSaid = (words: readonly string[]) => (word: string) => words.some(other => isFormOf(word, other));
  const isNamed = names.some(words => {
    if (words.join('') === own.join('')) return true;
    return values.length === 1 ? own.every(isSaid(words)) : own.some(isSaid(words));
  });
  return isNamed ? [] : [`${file}: exports ${[...values, ...types].join(', ')}`];
}

const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3-$2$4')
    .toLowerCase()
    .split(/[-_]/);

function isFormOf(one: string, other: string): boolean {
  const letters = Math.min(4, one.length, other.length);
  return one.slice(0, letters) === other.slice(0, letters);
}

function exportsOf(source: ts.SourceFile): { readonly values: readonly string[]; readonly types: readonly string[] } {
  const values: string[] = [];
  const types: string[] = [];
  for (const statement of source.statements) {
    if (!ts.canHaveModifiers(statement)) continue;
    const modifiers = (statement.modifiers ?? []).map(({ kind }) => kind);
    const isNamed = !modifiers.includes(ts.SyntaxKind.DefaultKeyword);
    if (!modifiers.includes(ts.SyntaxKind.ExportKeyword) || !isNamed) continue;
    if (ts.isVariableStatement(statement)) {
      values.push(...statement.declarationList.declarations.map(({ name }) => name.getText(source)));
    } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      types.push(statement.name.text);
    } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      values.push(statement.name?.text ?? '');
    }
  }
  return { values, types };
}

function longFunctions(file: string): readonly string[] {
  const source = parse(file);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
  const long: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const start = lineOf(node.getStart(source));
      const lines = lineOf(node.end) - start + 1;
      if (lines > RULES.maxFunctionLines) long.push(`${file}:${start}: function of ${lines} lines`);
    }
    node.forEachChild(visit);
  };
  visit(source);
  return long;
}

function cycles(): readonly string[] {
  const state = new Map<string, 'open' | 'done'>();
  const result: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      result.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of files) walk(file, []);
  return result;
}
