import { forbidden, invalid, placedAfter, required, type FieldError } from '../../../../src/api/field-error.ts';
import { httpHeaderNameProblems } from '../../../../src/base/http-header-name.ts';
import { portProblems, portRefProblems } from '../../../../src/base/port-problems.ts';
import type { LifecycleHandler } from './handler.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Probe } from './probe.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;
type Handlers = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

/** Exactly one way of doing it; what comes after the first is not looked into. */
function validateHandler(handler: Handlers, field: string, graceSeconds: number): readonly FieldError[] {
  const [first, ...others] = HANDLERS.filter(name => handler[name] !== undefined);
  if (first === undefined) return [required(field, 'must specify a handler type')];
  return [
    ...validateAction({ [first]: handler[first] }, field, graceSeconds),
    ...others.map(name => forbidden(`${field}.${name}`, 'may not specify more than 1 handler type')),
  ];
}

function validateAction(
  { exec, httpGet, tcpSocket, grpc, sleep }: Handlers,
  field: string,
  graceSeconds: number,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (exec !== undefined && (exec.command ?? []).length === 0) errors.push(required(`${field}.exec.command`));
  for (const [name, action] of Object.entries({ httpGet, tcpSocket })) {
    if (action === undefined) continue;
    for (const problem of portRefProblems(action.port)) {
      errors.push(invalid(`${field}.${name}.port`, action.port, problem));
    }
  }
  for (const { name } of httpGet?.httpHeaders ?? []) {
    errors.push(...httpHeaderNameProblems(name).map(problem => invalid(`${field}.httpGet.httpHeaders`, name, problem)));
  }
  if (grpc !== undefined) {
    errors.push(...portProblems(grpc.port).map(problem => invalid(`${field}.grpc.port`, grpc.port, problem)));
  }
  if (sleep !== undefined && (sleep.seconds < 0 || sleep.seconds > graceSeconds)) {
    const detail = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
    errors.push(invalid(`${field}.sleep`, sleep.seconds, detail));
  }
  return errors;
}

/** `once`: a single success is enough, for liveness and startup. */
export function validateProbe(
  probe: Probe | undefined,
  field: string,
  succeeds: 'once' | 'often',
): readonly FieldError[] {
  if (probe === undefined) return [];
  const { terminationGracePeriodSeconds: grace, successThreshold } = probe;
  const errors = [...validateHandler(probe, field, 0)];
  const path = `${field}.terminationGracePeriodSeconds`;
  if (grace !== undefined && grace <= 0) errors.push(invalid(path, grace, 'must be greater than 0'));
  if (succeeds === 'often') {
    if (grace !== undefined) errors.push(invalid(path, grace, 'must not be set for readinessProbes'));
  } else if (successThreshold !== 1) {
    const error = invalid(`${field}.successThreshold`, successThreshold, 'must be 1');
    errors.push(...placedAfter(field, [error]));
  }
  return errors;
}

export function validateLifecycle(
  lifecycle: Lifecycle | undefined,
  field: string,
  graceSeconds: number,
): readonly FieldError[] {
  const { postStart, preStop } = lifecycle ?? {};
  return [
    ...(postStart === undefined ? [] : validateHandler(postStart, `${field}.postStart`, graceSeconds)),
    ...(preStop === undefined ? [] : validateHandler(preStop, `${field}.preStop`, graceSeconds)),
  ];
}
