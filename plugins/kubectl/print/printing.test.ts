import { describe, expect, it } from 'vitest';
import { GoTemplate } from './go-template.ts';
import { JsonPath } from './jsonpath.ts';
import { sortedBy } from './sort-by.ts';
import { alignTabs, DESCRIPTION_TABS, TABLE_TABS } from './tab-text.ts';
import { printYaml } from './yaml.ts';

const list = {
  items: [
    { name: 'a', n: 2, labels: { x: '1' } },
    { name: 'b', n: 10 },
  ],
};

describe('jsonpath', () => {
  it.each([
    ['{.items[*].name}', 'a b'],
    ['{range .items[*]}{.name}={.n}{"\\n"}{end}', 'a=2\nb=10\n'],
    ['{.items[?(@.n>5)].name}', 'b'],
    ['{.items[?(@.labels.x)].name}', 'a'],
    ['{.items[-1].name}', 'b'],
    ['{.items[0:1].name}', 'a'],
    ["{.items[0]['name','n']}", 'a 2'],
    ['{..name}', 'a b'],
    ['{.items[0]}', '{"labels":{"x":"1"},"n":2,"name":"a"}'],
    ['text {.none} more', 'text  more'],
  ])('%s', (template, printed) => {
    expect(new JsonPath(template).print(list)).toBe(printed);
  });

  it.each(['{.items[0]', '{end}', '{range .items[*]}'])('refuses %s', template => {
    expect(() => new JsonPath(template)).toThrow(/error parsing jsonpath/);
  });
});

describe('go-template', () => {
  it.each([
    ['{{.items}}', '[map[labels:map[x:1] n:2 name:a] map[n:10 name:b]]'],
    ['{{range .items}}{{.name}},{{end}}', 'a,b,'],
    ['{{range $i, $e := .items}}{{$i}}{{$e.name}}{{end}}', '0a1b'],
    ['{{range .none}}x{{else}}none{{end}}', 'none'],
    ['{{(index .items 1).name}}', 'b'],
    ['{{if eq (len .items) 2}}two{{else if true}}other{{end}}', 'two'],
    ['{{with .none}}x{{else}}no{{end}}', 'no'],
    ['{{printf "%s-%03d" "a" 7}}', 'a-007'],
    ['{{.none}}', '<no value>'],
    ['a {{- " b " -}} c', 'a b c'],
    ['{{/* told to nobody */}}x', 'x'],
    ['{{define "t"}}[{{.}}]{{end}}{{range .items}}{{template "t" .name}}{{end}}', '[a][b]'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}', '2'],
    ['{{"aGk=" | base64decode}}', 'hi'],
    ['{{exists (index .items 0) "labels" "x"}}', 'true'],
    ['{{and true .none}}{{or "" "y"}}{{not true}}', '<no value>yfalse'],
  ])('%s', (template, printed) => {
    expect(new GoTemplate(template).execute(list)).toBe(printed);
  });

  it.each(['{{', '{{end}}', '{{if .x}}', '{{nothing .}}'])('refuses %s', template => {
    expect(() => new GoTemplate(template).execute(list)).toThrow();
  });
});

it.each([
  ['true', '"true"'],
  ['yes', '"yes"'],
  ['1', '"1"'],
  ['1e3', '"1e3"'],
  ['2026-11-28', '"2026-11-28"'],
  ['1:30', '"1:30"'],
  ['', '""'],
  ['plain text', 'plain text'],
  ['a: b', "'a: b'"],
  ['- a', "'- a'"],
  ["it's", "it's"],
  ['# no', "'# no'"],
  [' led', "' led'"],
  ['tab\there', '"tab\\there"'],
  ['one\ntwo\n', '|\n  one\n  two'],
  ['one\ntwo', '|-\n  one\n  two'],
  ['one \ntwo', '"one \\ntwo"'],
])('YAML: %j', (text, written) => {
  expect(printYaml({ k: text })).toBe(`k: ${written}\n`);
});

it('YAML: orders keys as go-yaml does, with lists in line with their keys', () => {
  expect(printYaml({ b10: [{ y: 1, x: [] }], b9: {}, a: null })).toBe('a: null\nb9: {}\nb10:\n- x: []\n  "y": 1\n');
});

it('aligns columns by adjacent lines, and never narrower than before', () => {
  expect(alignTabs('A\tB\nlonger name\tx\n', TABLE_TABS)).toBe('A             B\nlonger name   x\n');
  expect(alignTabs('Name:\ta\nLabels:\tb\nPlain\nX:\ty\n', DESCRIPTION_TABS)).toBe(
    'Name:    a\nLabels:  b\nPlain\nX:  y\n',
  );
  const remembered: number[] = [];
  alignTabs('longest of all\tx\n', TABLE_TABS, remembered);
  expect(alignTabs('a\tx\n', TABLE_TABS, remembered)).toBe(`${'a'.padEnd(17)}x\n`);
});

it('sorts by numbers, quantities and texts with numbers in them', () => {
  const by = (...values: readonly unknown[]): readonly unknown[] =>
    sortedBy(
      '.v',
      values.map(v => ({ v })),
      each => each,
    ).map(({ v }) => v);
  expect(by(10, 9)).toEqual([9, 10]);
  expect(by('1Gi', '900Mi')).toEqual(['900Mi', '1Gi']);
  expect(by('pod-10', 'pod-9')).toEqual(['pod-9', 'pod-10']);
  expect(() => sortedBy('.none', [{}, {}], each => each)).toThrow(/couldn't find any field/);
});
