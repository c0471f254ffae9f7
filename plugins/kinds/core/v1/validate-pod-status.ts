import { isIPv4, isIPv6 } from 'node:net';
import { forbidden, invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { ipProblems } from '../../../../src/base/ip-problems.ts';
import { qualifiedNameProblems, subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { Container } from './container.ts';
import type { PodObject } from './pod-object.ts';
import type { PodSpec } from './pod-spec.ts';
import type { PodStatus } from './pod-status.ts';

/** What a node or scheduler may say of a pod. */
export function validatePodStatus({ status }: PodObject, old: PodObject): readonly FieldError[] {
  return [
    ...conditionErrors(status),
    ...nominatedErrors(status, old),
    ...((status.observedGeneration ?? 0) < 0
      ? [invalid('status.observedGeneration', status.observedGeneration, 'must be a non-negative integer')]
      : []),
    ...(status.qosClass === old.status.qosClass
      ? []
      : [invalid('status.qosClass', status.qosClass ?? '', 'field is immutable')]),
    ...endErrors(status, old),
    ...addressErrors('podIPs', status.podIPs, old.status.podIPs),
    ...hostErrors(status, old.status),
  ];
}

const SYSTEM: ReadonlySet<string> = new Set(['PodScheduled', 'Ready', 'Initialized']);

const conditionErrors = ({ conditions = [] }: PodStatus): readonly FieldError[] =>
  conditions.flatMap(({ type, observedGeneration = 0 }, index) => {
    const field = `status.conditions[${index}]`;
    return [
      ...(observedGeneration < 0
        ? [invalid(`${field}.observedGeneration`, observedGeneration, 'must be a non-negative integer')]
        : []),
      ...(SYSTEM.has(type) ? [] : qualifiedNameProblems(type)).map(problem => invalid(`${field}.Type`, type, problem)),
    ];
  });

function nominatedErrors({ nominatedNodeName: name }: PodStatus, { spec, status }: PodObject): readonly FieldError[] {
  const field = 'status.nominatedNodeName';
  if (name === undefined || name === status.nominatedNodeName) return [];
  return [
    ...subdomainProblems(name).map(problem => invalid(field, name, problem)),
    ...((spec.nodeName ?? '') === ''
      ? []
      : [forbidden(field, 'may not be set on pods that are already bound to a node')]),
  ];
}

/** A container that has ended for good does not come back. */
function endErrors(status: PodStatus, { spec, status: old }: PodObject): readonly FieldError[] {
  const lists = [
    ['containerStatuses', spec.containers],
    ['initContainerStatuses', spec.initContainers ?? []],
    ['ephemeralContainerStatuses', undefined],
  ] as const;
  return lists.flatMap(([list, containers]) => {
    if (containers !== undefined && mayRestartAll(spec)) return [];
    return (old[list] ?? []).flatMap(({ name, state }, index) => {
      const ended = state?.terminated;
      const next = status[list]?.find(one => one.name === name);
      if (ended === undefined || next === undefined || next.state?.terminated !== undefined) return [];
      const container = containers?.find(one => one.name === name);
      if (container !== undefined && mayRestart(container, spec, ended.exitCode)) return [];
      return [forbidden(`status.${list}[${index}].state`, 'may not be transitioned to non-terminated state')];
    });
  });
}

const mayRestartAll = ({ containers, initContainers = [] }: PodSpec): boolean =>
  [...containers, ...initContainers].some(({ restartPolicyRules = [] }) =>
    restartPolicyRules.some(({ action }) => action === 'RestartAllContainers'),
  );

function mayRestart(container: Container, spec: PodSpec, exitCode: number): boolean {
  const { restartPolicy = spec.restartPolicy, restartPolicyRules = [] } = container;
  const isMeant = restartPolicyRules.some(({ exitCodes }) => {
    const isListed = (exitCodes?.values ?? []).includes(exitCode);
    return exitCodes !== undefined && (exitCodes.operator === 'In' ? isListed : !isListed);
  });
  return isMeant || restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0);
}

type Addresses = readonly { readonly ip: string }[];

/** Addresses that were taken once may stay as they are. */
function addressErrors(name: string, addresses: Addresses = [], old: Addresses = []): readonly FieldError[] {
  const field = `status.${name}`;
  const before = new Set(old.map(({ ip }) => ip));
  const errors = addresses.flatMap(({ ip }, index) =>
    (before.has(ip) ? [] : ipProblems(ip)).map(problem => invalid(`${field}[${index}]`, ip, problem)),
  );
  if (addresses.length < 2) return errors;
  const isPair = addresses.some(({ ip }) => isIPv4(ip)) && addresses.some(({ ip }) => isIPv6(ip));
  if (isPair && addresses.length === 2) return errors;
  const shown = addresses.map(({ ip }) => ({ IP: ip }));
  return [...errors, invalid(field, shown, 'may specify no more than one IP for each IP family')];
}

function hostErrors({ hostIP = '', hostIPs = [] }: PodStatus, old: PodStatus): readonly FieldError[] {
  const [first] = hostIPs;
  if (first === undefined) return [];
  return [
    ...(first.ip === hostIP ? [] : [invalid('status.hostIPs[0].ip', first.ip, 'must be equal to `hostIP`')]),
    ...addressErrors('hostIPs', hostIPs, old.hostIPs),
  ];
}
