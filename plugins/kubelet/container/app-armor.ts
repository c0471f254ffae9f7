import type { ContainerConfig } from '../../runtime/contract.ts';
import type { ContainerSpec, Pod } from '../pod.ts';

/** Before there was a field, a container's profile was named by an annotation of its pod. */
const ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';
const LOCALHOST = 'localhost/';

/**
 * The profile of AppArmor that a container is held to; `undefined` for none. Its own goes before the pod's, and where
 * neither is named it is the default one, as other runtimes have it, of a node that can have it: `byDefault`.
 */
export function appArmorOf(
  { metadata, spec }: Pod,
  { name, securityContext }: ContainerSpec,
  byDefault: boolean,
): ContainerConfig['appArmor'] {
  const profile = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
  const privileged = securityContext?.privileged === true;
  const told = profile === undefined ? annotated(metadata.annotations?.[`${ANNOTATION}${name}`] ?? '') : profile;
  if (told?.type === 'Localhost') return { profile: told.localhostProfile ?? '' };
  // The default one would keep from a privileged container what it is privileged for.
  const isDefault = told === undefined ? byDefault : told.type === 'RuntimeDefault';
  return isDefault && !privileged ? 'RuntimeDefault' : undefined;
}

function annotated(value: string): { readonly type: string; readonly localhostProfile?: string } | undefined {
  if (value === 'runtime/default') return { type: 'RuntimeDefault' };
  if (value === 'unconfined') return { type: 'Unconfined' };
  return value.startsWith(LOCALHOST)
    ? { type: 'Localhost', localhostProfile: value.slice(LOCALHOST.length) }
    : undefined;
}
