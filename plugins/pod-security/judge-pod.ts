import { capabilities, capabilitiesRestricted } from './checks/capability-checks.ts';
import { hostNamespaces, hostPathVolumes, hostPorts, hostProbes } from './checks/host-checks.ts';
import type { Judge, JudgedPod, PodCheck, Violation } from './checks/pod-check.ts';
import {
  allowPrivilegeEscalation,
  privileged,
  procMount,
  procMountRestricted,
  runAsNonRoot,
  runAsUser,
  windowsHostProcess,
} from './checks/privilege-checks.ts';
import { appArmorProfile, seccompProfile, seccompProfileRestricted, seLinuxOptions } from './checks/profile-checks.ts';
import { sysctls } from './checks/sysctls.ts';
import { restrictedVolumes } from './checks/volume-checks.ts';
import type { LevelVersion } from './policy.ts';

/** In the order in which they are told: what the lower level asks for first, each by name. */
const CHECKS: readonly PodCheck[] = [
  appArmorProfile,
  capabilities,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbes,
  privileged,
  procMount,
  seLinuxOptions,
  seccompProfile,
  sysctls,
  windowsHostProcess,
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  procMountRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompProfileRestricted,
];

/** The newest release that changed anything; later ones are the same. */
const NEWEST = Math.max(...CHECKS.flatMap(({ versions }) => versions.map(({ since }) => since)));

/** What a pod does that the level does not allow. */
export function judgePod({ level, minor = NEWEST }: LevelVersion, pod: JudgedPod): readonly Violation[] {
  if (level === 'privileged') return [];
  return judgesOf(level, Math.min(minor, NEWEST)).flatMap(judge => judge(pod) ?? []);
}

const known = new Map<string, readonly Judge[]>();

function judgesOf(level: 'baseline' | 'restricted', minor: number): readonly Judge[] {
  const key = `${level} ${minor}`;
  let judges = known.get(key);
  if (judges === undefined) known.set(key, (judges = selected(level, minor)));
  return judges;
}

function selected(level: 'baseline' | 'restricted', minor: number): readonly Judge[] {
  const asked = CHECKS.filter(check => level === 'restricted' || check.level === level);
  const there = asked.flatMap(check => {
    const version = check.versions.findLast(({ since }) => since <= minor);
    return version === undefined ? [] : [{ ...check, judge: version.judge }];
  });
  const overridden = new Set(there.map(({ overrides }) => overrides));
  return there.filter(({ id }) => !overridden.has(id)).map(({ judge }) => judge);
}

/** All violations with who does them: `privileged (container "a" must not ...), host namespaces (...)`. */
export const printViolations = (violations: readonly Violation[]): string =>
  violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');

/** The same in short. */
export const printReasons = (violations: readonly Violation[]): string =>
  violations.map(({ reason }) => reason).join(', ');
