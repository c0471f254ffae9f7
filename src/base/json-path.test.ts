import { describe, expect, it } from 'vitest';
import { findJsonPath } from './json-path.ts';
import { JsonPathError, parseJsonPath } from './json-path-template.ts';

const OBJECT = {
  metadata: { name: 'a', labels: { 'app.io/name': 'x' } },
  spec: { ports: [{ name: 'http', port: 80 }, { name: 'https', port: 443 }, { port: 1 }] },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Synced', status: 'False' },
    ],
  },
  'odd key': 1,
};

const found = (path: string): readonly unknown[] => findJsonPath(parseJsonPath(`{${path}}`), OBJECT).flat();

describe('paths into JSON', () => {
  it.each([
    ['', [OBJECT]],
    ['.', []],
    ['.metadata.name', ['a']],
    ['metadata.name', 'unrecognized'],
    ['$.metadata.name', ['a']],
    [String.raw`.metadata.labels.app\.io/name`, ['x']],
    [".metadata.labels['app.io/name']", ['x']],
    ["['odd key']", [1]],
    ['.spec.ports[0].port', [80]],
    ['.spec.ports[-1].port', [1]],
    ['.spec.ports[9].port', 'array index out of bounds: index 9, length 3'],
    ['.spec[0]', 'is not array or slice'],
    ['.spec.ports[*].name', ['http', 'https']],
    ['.spec.ports[:2].port', [80, 443]],
    ['.spec.ports[0:3:2].port', [80, 1]],
    ['.spec.ports[0,2].port', [80, 1]],
    ["['odd key','metadata']", [1, OBJECT.metadata]],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type != 'Ready')].status", ['False']],
    ['.spec.ports[?(@.port>80)].port', [443]],
    ['.spec.ports[?(@.port<=80)].port', [80, 1]],
    ['.spec.ports[?(@.name)].port', [80, 443]],
    ['..port', [80, 443, 1]],
    ['.metadata.*', [{ 'app.io/name': 'x' }, 'a']],
    ['.metadata.constructor', []],
    ['.spec.ports[x]', 'invalid array index'],
    ['.spec.ports[0', 'unterminated array'],
    ['.spec.ports[?(@.a==1]', 'unterminated filter'],
    ['.spec.ports[0:1:0]', 'step must be > 0'],
    ['.spec ', [OBJECT.spec]],
  ])('%s', (text, expected) => {
    if (typeof expected !== 'string') return expect(found(text)).toEqual(expected);
    expect(() => found(text)).toThrow(JsonPathError);
    expect(() => found(text)).toThrow(expected);
  });
});
