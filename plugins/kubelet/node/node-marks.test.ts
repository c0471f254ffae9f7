import { expect, it } from 'vitest';
import { readNodeMarks } from './node-marks.ts';

it('labels and taints are read as they are written on a command line', () => {
  const nodeLabel = ['disk=ssd', 'example.com/room=', 'disk=nvme'];
  const nodeTaint = ['gpu=true:NoSchedule', 'example.com/drained:NoExecute', 'old=:PreferNoSchedule'];
  expect(readNodeMarks({ nodeLabel, nodeTaint })).toEqual({
    labels: { disk: 'nvme', 'example.com/room': '' },
    taints: [
      { key: 'gpu', value: 'true', effect: 'NoSchedule' },
      { key: 'example.com/drained', effect: 'NoExecute' },
      { key: 'old', effect: 'PreferNoSchedule' },
    ],
  });
});

it.each([
  [{ nodeLabel: ['disk'] }, 'invalid nodeLabel "disk": it has to be key=value'],
  [{ nodeLabel: ['a b=c'] }, 'invalid nodeLabel "a b=c"'],
  [{ nodeLabel: ['a=b c'] }, 'invalid nodeLabel "a=b c"'],
  [{ nodeTaint: ['gpu=true'] }, 'invalid nodeTaint "gpu=true": it has to be key=value:NoSchedule or'],
  [{ nodeTaint: ['gpu=true:Never'] }, 'invalid nodeTaint "gpu=true:Never"'],
  [{ nodeTaint: [':NoSchedule'] }, 'invalid nodeTaint ":NoSchedule"'],
])('%j is refused', (settings, message) => {
  expect(() => readNodeMarks({ nodeLabel: [], nodeTaint: [], ...settings })).toThrow(message);
});
