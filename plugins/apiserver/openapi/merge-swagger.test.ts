import { expect, it } from 'vitest';
import { mergeSwagger } from './merge-swagger.ts';

const ref = (name: string) => ({ $ref: `#/definitions/${name}` });

it('renames a definition that says something else than the one of its name, wherever it is used', () => {
  const own = { swagger: '2.0', paths: { '/api/v1/x': {} }, definitions: { Same: { a: 1 }, Other: { a: 1 } } };
  const document = {
    paths: { '/apis/g.io/v1/x': { get: [ref('Other'), ref('Same')] }, '/apis/g.io/v1': {}, '/apis/g.io/v2/x': {} },
    definitions: { Same: { a: 1 }, Other: { a: 2, self: ref('Other') }, Unused: {} },
  };
  expect(mergeSwagger(own, [{ group: 'g.io', version: 'v1', document }])).toEqual({
    swagger: '2.0',
    paths: { '/api/v1/x': {}, '/apis/g.io/v1/x': { get: [ref('Other_v2'), ref('Same')] } },
    definitions: { Same: { a: 1 }, Other: { a: 1 }, Other_v2: { a: 2, self: ref('Other_v2') } },
  });
});

it.each([null, 5, 'x', [], { paths: [], definitions: 3 }])('takes nothing from %j', document => {
  const own = { paths: { a: {} }, definitions: { b: {} } };
  expect(mergeSwagger(own, [{ group: 'g.io', version: 'v1', document }])).toEqual(own);
});
