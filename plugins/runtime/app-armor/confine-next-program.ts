import type { ContainerConfig } from '../contract.ts';
import type { Plan } from '../plan.ts';
import { DEFAULT_PROFILE } from './default-profile.ts';

/** Of the process that writes it, and of what takes its place, until it runs a program. */
export const NEXT_PROFILE = '/proc/thread-self/attr/apparmor/exec';

/** The program that the plan comes to is held to its profile; what the plan does before is not. */
export function confineNextProgram(plan: Plan, { appArmor }: Pick<ContainerConfig, 'appArmor'>): void {
  if (appArmor === undefined) return;
  plan.write(NEXT_PROFILE, `exec ${appArmor === 'RuntimeDefault' ? DEFAULT_PROFILE : appArmor.profile}`);
}
