import { parseArgs } from 'node:util';
import { isValid, simulate } from './simulate.ts';

/** `npm run sim -- --seed N` plays one seed; without, 1,000 of them from a new one on (`--seeds`, `--operations`). */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, seeds: { type: 'string' }, operations: { type: 'string' } },
});
const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const seeds = Number(values.seeds ?? (values.seed === undefined ? 1_000 : 1));
const began = performance.now();
const sum = { operations: 0, events: 0, crashes: 0, full: 0, failed: 0, invalid: 0, wrong: 0 };
for (let seed = first; seed < first + seeds; seed++) {
  const report = await simulate({ seed, operations: Number(values.operations ?? 1_200) });
  for (const key of ['operations', 'events', 'crashes', 'full', 'failed'] as const) sum[key] += report.did[key];
  if (!isValid(report)) sum.invalid++;
  if (report.problems.length === 0) continue;
  sum.wrong++;
  console.log(`seed ${seed}:\n${report.problems.slice(0, 20).join('\n')}`);
}
const seconds = (performance.now() - began) / 1_000;
console.log(
  `${seeds} seeds from ${first} in ${seconds.toFixed(1)} s: ${sum.operations} operations, ${sum.events} watch events, ` +
    `${sum.crashes} crashes, ${sum.full} full disks, ${sum.failed} failed writes; ${sum.invalid} did too little, ${sum.wrong} went wrong`,
);
process.exitCode = sum.wrong > 0 ? 1 : 0;
