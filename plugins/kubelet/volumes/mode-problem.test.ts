import { expect, it } from 'vitest';
import { podOf } from '../testing/pod-fixtures.ts';
import { modeProblem } from './mode-problem.ts';

const app = { name: 'app', image: 'i' };
const volumeMounts = [{ name: 'v', mountPath: '/v' }];
const volumeDevices = [{ name: 'v', devicePath: '/dev/v' }];

it.each<[string, Parameters<typeof podOf>[0], 'Block' | 'Filesystem', string | undefined]>([
  ['a device as one', { containers: [{ ...app, volumeDevices }] }, 'Block', undefined],
  ['files as files', { containers: [{ ...app, volumeMounts }] }, 'Filesystem', undefined],
  ['a device of nobody', { containers: [app] }, 'Block', undefined],
  [
    'a device as files',
    { containers: [{ ...app, volumeMounts }] },
    'Block',
    'volume v has volumeMode Block, but is specified in volumeMounts',
  ],
  [
    'files as a device, at the start',
    { containers: [app], initContainers: [{ ...app, volumeDevices }] },
    'Filesystem',
    'volume v has volumeMode Filesystem, but is specified in volumeDevices',
  ],
])('%s', (_case, spec, mode, problem) => {
  expect(modeProblem(podOf(spec), 'v', mode)).toBe(problem);
});
