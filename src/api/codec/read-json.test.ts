import { describe, expect, it } from 'vitest';
import { MAX_JSON_DEPTH } from '../../base/scan-json.ts';
import { readJson } from './read-json.ts';

const read = (text: string) => readJson(Buffer.from(text));

describe('reading JSON from outside', () => {
  it('tells members that are named twice, with their path', () => {
    expect(read('{"a":1,"spec":{"c":[{"n":1},{"n":1,"\\u006e":2}]},"a":2}')).toEqual({
      value: { a: 2, spec: { c: [{ n: 1 }, { n: 2 }] } },
      complaints: ['duplicate field "spec.c[1].n"', 'duplicate field "a"'],
    });
    expect(read('{"a":"\\"a\\":1","b":["a","a"]}').complaints).toEqual([]);
    expect(read('{"é":{"😀":1,"😀":2},"Ã©":1}').complaints).toEqual(['duplicate field "é.😀"']);
  });

  it('refuses depth before it costs a stack', () => {
    const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(() => read(deep(MAX_JSON_DEPTH))).not.toThrow();
    expect(() => read(deep(MAX_JSON_DEPTH + 1))).toThrow('exceeded max depth of 1000');
    expect(() => read('{"a":'.repeat(1_000_000))).toThrow('exceeded max depth of 1000');
  });

  it('keeps integers beyond 2^53 and refuses numbers beyond a double', () => {
    const { value } = read('{"big":9223372036854775807,"small":1,"float":1.5e3}');
    expect(JSON.stringify(value)).toBe('{"big":9223372036854775807,"small":1,"float":1500}');
    expect(() => read('{"a":1e400}')).toThrow('out of range');
  });

  it('takes __proto__ for a member and changes no prototype', () => {
    const { value } = read('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    expect('polluted' in {}).toBe(false);
  });

  it('reads broken text as Go does', () => {
    expect(readJson(Buffer.from([0x22, 0xff, 0x22])).value).toBe('�');
    expect(read('"\\ud800"').value).toBe('�');
    expect(read('"\\ud83d\\ude00"').value).toBe('😀');
  });

  it.each(['', '{', '{"a":1}x', '{"a":NaN}', '{a:1}', '{"a":01}', '"\u0000"'])('refuses %j', text => {
    expect(() => read(text)).toThrow(SyntaxError);
  });
});
