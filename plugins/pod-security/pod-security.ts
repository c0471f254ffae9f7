import { fieldErrorBody } from '../../src/api/field-error.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { forbiddenError, invalidError, qualified } from '../../src/api/status-error.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../apiserver/contract.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { JudgedPod } from './checks/pod-check.ts';
import { judgePod, printViolations } from './judge-pod.ts';
import { judgedPod, podTemplateOf, TEMPLATED } from './pod-template-of.ts';
import { isSameLevel, isStricter, parsePolicy, printLevel, type LevelVersion, type ParsedPolicy } from './policy.ts';
import { warnOfPods } from './warn-of-pods.ts';

export interface PodSecurityOptions {
  /** Labels of a namespace as they are now. */
  labelsOf(this: void, namespace: string): Promise<Readonly<Record<string, string>> | undefined>;
  podsOf(this: void, namespace: string): Promise<readonly Pod[]>;
}

/** Holds pods to what the labels of their namespace ask for; upstream's PodSecurity. */
export const podSecurity = ({ labelsOf, podsOf }: PodSecurityOptions): AdmissionPlugin => ({
  name: 'PodSecurity',
  order: 150,
  resources: ['namespaces', 'pods', 'pods/ephemeralcontainers', 'pods/resize', ...TEMPLATED],
  async validate(request) {
    const { operation, resource, subresource, namespace } = request;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return;
    if (resource.plural === 'namespaces') {
      await judgeNamespace(request, podsOf);
      return;
    }
    const isPod = resource.plural === 'pods';
    if (!isPod && subresource !== '') return;
    const parsed = parsePolicy(await labelsOf(namespace));
    const { policy } = parsed;
    if (isPrivileged(request, parsed, isPod)) {
      if (isPod) note(request, 'enforce-policy', 'privileged:latest');
      return;
    }
    const pod = isPod ? changedPod(request) : templateOf(request);
    if (pod === undefined) return;
    noteJudgement(request, parsed, pod, isPod);
    if (isPod) refuse(request, policy.enforce, pod);
    warnOf(request, policy.warn, pod);
  },
});

/** Whether there is nothing to judge, nor to put on record. */
function isPrivileged({ audit }: AdmissionRequest, { policy, errors }: ParsedPolicy, isPod: boolean): boolean {
  const { enforce, warn } = policy;
  const isRecorded = audit !== undefined;
  const levels = [...(isPod ? [enforce] : []), warn, ...(isRecorded ? [policy.audit] : [])];
  return levels.every(({ level }) => level === 'privileged') && !(isRecorded && errors.length > 0);
}

function noteJudgement(
  request: AdmissionRequest,
  { policy, errors }: ParsedPolicy,
  pod: JudgedPod,
  isPod: boolean,
): void {
  if (request.audit === undefined) return;
  if (errors.length > 0) {
    const texts = errors.map(error => `${error.field}: ${fieldErrorBody(error)}`);
    note(request, 'error', `Failed to parse policy: ${texts.length === 1 ? texts.join() : `[${texts.join(', ')}]`}`);
  }
  if (isPod) note(request, 'enforce-policy', printLevel(policy.enforce));
  const text = violationText(policy.audit, pod);
  if (text !== undefined) note(request, 'audit-violations', text);
}

const note = ({ audit }: AdmissionRequest, key: string, value: string): void =>
  audit?.annotate(`pod-security.kubernetes.io/${key}`, value);

function refuse({ resource, object, name }: AdmissionRequest, level: LevelVersion, pod: JudgedPod): void {
  const violations = judgePod(level, pod);
  if (violations.length === 0) return;
  const detail = `violates PodSecurity "${printLevel(level)}": ${printViolations(violations)}`;
  throw forbiddenError(resource, object?.metadata.name ?? name, detail);
}

function warnOf({ warn }: AdmissionRequest, level: LevelVersion, pod: JudgedPod): void {
  const text = violationText(level, pod);
  if (text !== undefined) warn?.(text);
}

function violationText(level: LevelVersion, pod: JudgedPod): string | undefined {
  const violations = judgePod(level, pod);
  if (violations.length === 0) return undefined;
  return `would violate PodSecurity "${printLevel(level)}": ${printViolations(violations)}`;
}

const templateOf = ({ resource, object }: AdmissionRequest): JudgedPod | undefined =>
  object === undefined ? undefined : podTemplateOf(qualified(resource), object);

/** Of a pod that is there already only new containers and images matter: all else that is judged cannot change. */
function changedPod({ object, oldObject }: AdmissionRequest): JudgedPod | undefined {
  // Requests of pods carry pods: the server decoded them by that schema.
  const [pod, old] = [object, oldObject] as [Pod | undefined, Pod | undefined];
  if (pod === undefined || (old !== undefined && isDeepEqual(imagesOf(pod), imagesOf(old)))) return undefined;
  return judgedPod(pod);
}

const imagesOf = ({ spec }: Pod): unknown =>
  [spec.containers, spec.initContainers ?? [], spec.ephemeralContainers ?? []].map(list =>
    list.map(({ name, image = '' }) => [name, image]),
  );

async function judgeNamespace(
  { operation, subresource, object, oldObject, warn }: AdmissionRequest,
  podsOf: PodSecurityOptions['podsOf'],
): Promise<void> {
  if (subresource !== '' || object === undefined) return;
  const now = parsePolicy(object.metadata.labels);
  const before = oldObject === undefined ? undefined : parsePolicy(oldObject.metadata.labels);
  if (now.errors.length > 0 && !isDeepEqual(now.errors, before?.errors)) {
    throw invalidError(Namespace, nameOf(object), now.errors);
  }
  if (operation !== 'UPDATE' || before === undefined) return;
  const [level, old] = [now.policy.enforce, before.policy.enforce];
  if (level.level === 'privileged' || isSameLevel(level, old)) return;
  if (level.minor === old.minor && !isStricter(level.level, old.level)) return;
  const name = nameOf(object);
  for (const text of warnOfPods(name, level, await podsOf(name))) warn?.(text);
}

const nameOf = ({ metadata }: AnyObject): string => metadata.name;
