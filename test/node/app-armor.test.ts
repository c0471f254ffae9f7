import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bootUml, umlMissing } from './uml/boot-uml.ts';

const FILES = 'plugins/runtime/app-armor/app-armor.root.test.ts plugins/kubelet/app-armor.root.test.ts';
const PARSER = '/sbin/apparmor_parser';
const DEADLINE_MS = 480_000;

/** Most machines that run tests have no AppArmor: a kernel that has it is booted where `TIPHYS_APP_ARMOR` asks for it. */
describe.skipIf(process.env['TIPHYS_APP_ARMOR'] === undefined)('on a machine with AppArmor', () => {
  it(
    'containers are held to their profiles',
    async () => {
      expect([...umlMissing(), ...[PARSER].filter(path => !existsSync(path))]).toEqual([]);
      const run = `vitest --configLoader runner run --project node ${FILES}`;
      const output = await bootUml(run, { cgroups: 'v2', appArmor: true, deadlineMs: DEADLINE_MS });
      expect(output).toMatch(/Tests +[1-9]\d* passed \(/);
    },
    2 * DEADLINE_MS,
  );
});
