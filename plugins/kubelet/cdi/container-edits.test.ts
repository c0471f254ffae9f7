import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { CdiRegistry } from './cdi-registry.ts';
import { readCdiSpec } from './cdi-spec.ts';
import { containerEdits } from './container-edits.ts';

const { files } = hostWorld();
const FAILED = 'CDI device injection failed: ';
let root: string;
let registry: CdiRegistry;

const spec = (kind: string, devices: Readonly<Record<string, object>>, containerEdits: object = {}) => ({
  cdiVersion: '0.6.0',
  kind,
  containerEdits,
  devices: Object.entries(devices).map(([name, edits]) => ({ name, containerEdits: edits })),
});
const write = (file: string, value: unknown) =>
  writeFile(join(root, file), typeof value === 'string' ? value : JSON.stringify(value));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tiphys-cdi-'));
  for (const folder of ['first', 'later']) await mkdir(join(root, folder));
  registry = new CdiRegistry(files, [join(root, 'first'), join(root, 'later'), join(root, 'none')]);
  const gpu = { env: ['GPU=first'], deviceNodes: [{ path: '/dev/null' }] };
  await write('first/gpu.json', spec('v.x/gpu', { a: gpu, b: { env: ['B=b'] } }, { env: ['ALL=1', 'GPU=any'] }));
  await write(
    'later/gpu.yaml',
    'cdiVersion: "0.6.0"\nkind: v.x/gpu\ndevices:\n- name: b\n  containerEdits: {env: [B=later]}\n',
  );
  for (const file of ['one', 'two']) await write(`first/${file}.json`, spec('v.x/twice', { c: {} }));
  await write('first/broken.json', '{');
  await write('first/note.txt', 'no specification');
});
afterAll(() => rm(root, { recursive: true, force: true }));

const edits = async (...ids: readonly string[]) => containerEdits(files, await registry.find(ids));

describe('devices of CDI', () => {
  it('bring what all of their kind bring, once, and then what is their own', async () => {
    const { env, devices } = await edits('v.x/gpu=a', 'v.x/gpu=b');
    expect(Object.fromEntries(env)).toEqual({ ALL: '1', GPU: 'first', B: 'later' });
    expect(devices).toEqual([{ path: '/dev/null', type: 'c', major: 1, minor: 3, mode: 0o666, access: 'rwm' }]);
  });

  it.each([
    ['v.x/gpu=z', 'unresolvable CDI devices v.x/gpu=z'],
    ['v.x/twice=c', 'unresolvable CDI devices v.x/twice=c'],
  ])('that nobody knows, or two tell of, are refused: %s', async (id, reason) => {
    await expect(edits(id)).rejects.toThrow(FAILED + reason);
  });
});

describe('edits', () => {
  const edit = (asked: object) => {
    const read = readCdiSpec(spec('v.x/gpu', { a: asked }));
    return 'problem' in read
      ? Promise.reject(new Error(read.problem))
      : containerEdits(
          files,
          read.devices.map(device => device.edits),
        );
  };

  it('are done', async () => {
    const node = { path: '/dev/mine', hostPath: '/dev/zero', permissions: 'r', fileMode: 0o640 };
    const mounts = [
      { hostPath: '/a', containerPath: '/b', options: ['ro', 'rslave'] },
      { hostPath: '/c', containerPath: '/d' },
    ];
    const hooks = [
      { hookName: 'createContainer', path: '/x', args: ['y', 'z'], env: ['A=b'], timeout: 3 },
      { hookName: 'poststop', path: '/x' },
    ];
    const done = await edit({ env: ['A=b=c'], deviceNodes: [node], mounts, additionalGids: [7, 7], hooks });
    expect(done).toEqual({
      env: new Map([['A', 'b=c']]),
      devices: [{ path: '/dev/mine', type: 'c', major: 1, minor: 5, mode: 0o640, access: 'r' }],
      mounts: [
        { source: '/a', target: '/b', readOnly: true, propagation: 'rslave' },
        { source: '/c', target: '/d', readOnly: false, propagation: 'private' },
      ],
      gids: [7],
      hooks: [
        { moment: 'createContainer', path: '/x', args: ['y', 'z'], env: ['A=b'], timeoutMs: 3000 },
        { moment: 'poststop', path: '/x', args: ['/x'], env: [], timeoutMs: undefined },
      ],
    });
  });

  it.each<[object, string]>([
    [{ hooks: [{ hookName: 'sometime', path: '/x' }] }, 'invalid hook name "sometime"'],
    [{ hooks: [{ hookName: 'poststop', path: 'x' }] }, 'invalid path "x" of a poststop hook'],
    [{ hooks: [{ hookName: 'poststop', path: '/x', env: ['A'] }] }, 'invalid environment variable "A"'],
    [{ intelRdt: { closID: 'x' } }, 'intelRdt of CDI are not supported by this node'],
    [{ env: ['A'] }, 'invalid environment variable "A"'],
    [{ deviceNodes: [{ path: '/dev/none-such' }] }, 'device /dev/none-such: ENOENT'],
    [{ deviceNodes: [{ path: '/dev/x', hostPath: '/etc' }] }, 'device /dev/x: /etc is no device'],
    [{ deviceNodes: [{ path: '/dev/null', type: 'b' }] }, 'device /dev/null: /dev/null is no device of type b'],
    [{ deviceNodes: [{ path: '/dev/null', permissions: 'x' }] }, 'device /dev/null: invalid permissions "x"'],
    [
      { deviceNodes: [{ path: '/dev/null', gid: 7, fileMode: 0o660 }] },
      'device /dev/null: owners of devices are not supported by this node',
    ],
  ])('that cannot be done are refused: %j', async (asked, reason) => {
    await expect(edit(asked)).rejects.toThrow(FAILED + reason);
  });

  it.each<[unknown, string]>([
    [[], 'it is no object'],
    [{ cdiVersion: '2.0.0' }, 'invalid version "2.0.0"'],
    [{ cdiVersion: '0.6.0', kind: 'gpu' }, 'invalid kind "gpu"'],
    [spec('v.x/gpu', { '-': {} }), 'invalid device name "-"'],
  ])('of what is no specification are none: %j', (value, problem) => {
    expect(readCdiSpec(value)).toEqual({ problem });
  });
});
