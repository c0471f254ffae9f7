import { expect, it } from 'vitest';
import { podOf, type SpecInput } from '../testing/pod-fixtures.ts';
import { beyondStorageLimit, hasStorageLimit } from './beyond-storage-limit.ts';

const container = (name: string, limit?: string): SpecInput['containers'][number] => ({
  name,
  image: 'i',
  resources: limit === undefined ? {} : { limits: { 'ephemeral-storage': limit } },
});
const scratch = (sizeLimit: string, medium = ''): Partial<SpecInput> => ({
  volumes: [{ name: 'scratch', emptyDir: { sizeLimit, medium } }],
});

interface Used {
  readonly bytes?: number;
  readonly containers?: Readonly<Record<string, number>>;
  readonly scratch?: number;
}
const said = (spec: Partial<SpecInput>, { bytes = 0, containers = {}, scratch: used }: Used) =>
  beyondStorageLimit(podOf(spec).spec, {
    bytes,
    containers: new Map(Object.entries(containers)),
    volumes: new Map(used === undefined ? [] : [['scratch', used]]),
  });

it.each<[Partial<SpecInput>, Used, string]>([
  [scratch('1024Ki'), { scratch: 1048577 }, 'Usage of EmptyDir volume "scratch" exceeds the limit "1Mi". '],
  [
    { containers: [container('a', '1Ki'), container('b', '2Ki')] },
    { bytes: 3073 },
    'Pod ephemeral local storage usage exceeds the total limit of containers 3Ki. ',
  ],
  [
    { containers: [container('a', '1Ki'), container('b', '2Ki')] },
    { bytes: 3072, containers: { a: 1025, b: 2047 } },
    'Container a exceeded its local ephemeral storage limit "1Ki". ',
  ],
  [
    { containers: [container('a', '1Ki'), container('b')] },
    { bytes: 1025 },
    'Pod ephemeral local storage usage exceeds the total limit of containers 1Ki. ',
  ],
])('%j is beyond with %j', (spec, used, message) => {
  expect(hasStorageLimit(podOf(spec).spec)).toBe(true);
  expect(said(spec, used)).toBe(message);
});

it.each<[Partial<SpecInput>, Used, boolean]>([
  [scratch('1Ki'), { scratch: 1024, bytes: 1e9 }, true],
  [scratch('0'), { scratch: 1024 }, false],
  [scratch('1Ki', 'Memory'), { scratch: 2048 }, false],
  [{}, { bytes: 1e12, containers: { app: 1e12 } }, false],
  [{ containers: [container('a', '1Ki')] }, { bytes: 1024, containers: { a: 1024 } }, true],
])('%j is not beyond with %j', (spec, used, isLimited) => {
  expect(hasStorageLimit(podOf(spec).spec)).toBe(isLimited);
  expect(said(spec, used)).toBeUndefined();
});
