import type { Call } from '../command/verb.ts';
import { shownName, type Found } from '../builder/found.ts';
import type { KubeObject } from '../kube-object.ts';
import { printerOf, refuseFormat } from '../print/printer.ts';
import { dryRunNote, type DryRun } from './dry-run.ts';

/** Says what was done to an object: `deployment.apps/web scaled`, or as `-o` asks for. */
export type Report = (found: Pick<Found, 'resource' | 'name'>, object: KubeObject, operation: string) => void;

export async function reporter(call: Call, dryRun: DryRun = 'none'): Promise<Report> {
  const printer = await printerOf(call);
  const output = call.flags.text('output');
  if (printer === undefined && output !== '') throw refuseFormat(output);
  return (found, object, operation) => {
    const plain = (): string => `${shownName(found)} ${operation}${dryRunNote(dryRun)}\n`;
    call.terminal.out(printer === undefined ? plain() : printer(object));
  };
}
