import { expect, it } from 'vitest';
import * as s from './schema.ts';
import { typeError } from './type-error.ts';

const container = s.object({ name: s.string(), port: s.int32() }).named('io.k8s.api.core.v1.Container');
const { node } = s
  .object({
    spec: s
      .object({
        containers: s.list(container),
        hostNetwork: s.boolean(),
        labels: s.map(s.string()),
        cpu: s.quantity(),
        at: s.time(),
        data: s.map(s.bytes()),
        target: s.intOrString(),
      })
      .named('io.k8s.api.core.v1.PodSpec'),
  })
  .named('io.k8s.api.core.v1.Pod');

it.each<[unknown, string | undefined]>([
  [{ hostNetwork: 'yes' }, 'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool'],
  [
    { containers: {} },
    'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
  ],
  [
    { containers: [{ name: 1 }] },
    'json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string',
  ],
  [
    { containers: [{ port: 1.5 }] },
    'json: cannot unmarshal number 1.5 into Go struct field Container.spec.containers.port of type int32',
  ],
  [
    { containers: [{ port: 4294967296 }] },
    'json: cannot unmarshal number 4294967296 into Go struct field Container.spec.containers.port of type int32',
  ],
  [{ labels: { a: true } }, 'json: cannot unmarshal bool into Go struct field PodSpec.spec.labels of type string'],
  [{ cpu: 'much' }, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  [{ cpu: '1zi' }, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  [{ cpu: '1Kk' }, "unable to parse quantity's suffix"],
  [{ at: 'now' }, 'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"'],
  [{ data: { a: '!' } }, 'illegal base64 data at input byte 0'],
  [{ data: { a: 'QQ=' } }, 'illegal base64 data at input byte 2'],
  [{ data: { a: 'QQ==' }, target: '5%', cpu: 1, at: '2026-01-02T03:04:05Z', labels: null }, undefined],
])('%j', (spec, error) => {
  expect(typeError(node, { spec })).toBe(error);
});
