import { forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { portProblems, portRefProblems } from '../../../../src/base/port-problems.ts';
import type { LifecycleHandler } from './handler.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Probe } from './probe.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;
type Handlers = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

/** Exactly one way of doing it. */
function validateHandler(handler: Handlers, field: string): readonly FieldError[] {
  const given = HANDLERS.filter(name => handler[name] !== undefined);
  if (given.length === 0) return [required(field, 'must specify a handler type')];
  const extra = given.slice(1).map(name => forbidden(`${field}.${name}`, 'may not specify more than 1 handler type'));
  const { exec, httpGet, tcpSocket, grpc } = handler;
  const errors: FieldError[] = [...extra];
  if (exec !== undefined && (exec.command ?? []).length === 0) errors.push(required(`${field}.exec.command`));
  for (const [name, action] of Object.entries({ httpGet, tcpSocket })) {
    if (action === undefined) continue;
    for (const problem of portRefProblems(action.port)) {
      errors.push(invalid(`${field}.${name}.port`, action.port, problem));
    }
  }
  if (grpc !== undefined) {
    errors.push(...portProblems(grpc.port).map(problem => invalid(`${field}.grpc.port`, grpc.port, problem)));
  }
  return errors;
}

/** `mustSucceedOnce`: one success is enough for liveness and startup. */
export function validateProbe(
  probe: Probe | undefined,
  field: string,
  mustSucceedOnce: boolean,
): readonly FieldError[] {
  if (probe === undefined) return [];
  const errors = [...validateHandler(probe, field)];
  const { terminationGracePeriodSeconds: grace, successThreshold } = probe;
  if (grace !== undefined && grace <= 0) {
    errors.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  }
  if (mustSucceedOnce && successThreshold !== 1) {
    errors.push(invalid(`${field}.successThreshold`, successThreshold, 'must be 1'));
  }
  return errors;
}

export function validateLifecycle(lifecycle: Lifecycle | undefined, field: string): readonly FieldError[] {
  const { postStart, preStop } = lifecycle ?? {};
  return [
    ...(postStart === undefined ? [] : validateHandler(postStart, `${field}.postStart`)),
    ...(preStop === undefined ? [] : validateHandler(preStop, `${field}.preStop`)),
  ];
}
