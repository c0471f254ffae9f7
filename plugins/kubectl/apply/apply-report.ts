import { shownName, type Found } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import type { KubeObject } from '../kube-object.ts';
import { printerOf, refuseFormat } from '../print/printer.ts';
import { dryRunNote, type DryRun } from '../write/dry-run.ts';

export interface ApplyReport {
  readonly one: (found: Found, object: KubeObject, operation: string) => void;
  /** Prints what is printed together. */
  readonly end: () => void;
}

/** A line an object; JSON and the like print several as one list. */
export async function applyReporter(call: Call, dryRun: DryRun): Promise<ApplyReport> {
  const output = call.flags.text('output');
  const printer = await printerOf(call);
  if (printer === undefined && output !== '') throw refuseFormat(output);
  const objects: KubeObject[] = [];
  return {
    one(found, object, operation) {
      if (printer === undefined) call.terminal.out(`${shownName(found)} ${operation}${dryRunNote(dryRun)}\n`);
      else if (output === 'name') call.terminal.out(printer(object));
      else objects.push(object);
    },
    end() {
      const [first, ...more] = objects;
      if (printer === undefined || first === undefined) return;
      const list: KubeObject = { apiVersion: 'v1', items: objects, kind: 'List', metadata: {} };
      call.terminal.out(printer(more.length === 0 ? first : list));
    },
  };
}
