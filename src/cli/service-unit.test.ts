import { expect, it } from 'vitest';
import { serviceUnit } from './service-unit.ts';

const commandOf = (unit: string): string | undefined => /^ExecStart=(.*)$/m.exec(unit)?.[1];

it('runs the program with its flags, leaves pods alone at its end and starts it again', () => {
  const unit = serviceUnit('agent', '/usr/local/bin/tiphys', ['--server', 'https://192.0.2.1:6443']);
  expect(commandOf(unit)).toBe('/usr/local/bin/tiphys agent --server https://192.0.2.1:6443');
  expect(unit.split('\n')).toEqual(expect.arrayContaining(['KillMode=process', 'Restart=always']));
});

it.each([
  ['--data-dir=/srv/my data', '"--data-dir=/srv/my data"'],
  ['%n', '"%%n"'],
  ['$HOME', '"$$HOME"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ['two\nlines', '"two\\nlines"'],
  ['', '""'],
])('keeps the flag %j as it is', (flag, written) => {
  expect(commandOf(serviceUnit('server', '/t', [flag]))).toBe(`/t server ${written}`);
});
