import type { Pod } from '../pod.ts';

const ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

/** Whether a pod asks for a profile of AppArmor, by a field or as it was done before there was one. */
export function wantsAppArmor({ metadata, spec }: Pod): boolean {
  const containers = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  const contexts = [spec.securityContext, ...containers.map(({ securityContext }) => securityContext)];
  if (contexts.some(context => (context?.appArmorProfile?.type ?? UNCONFINED) !== UNCONFINED)) return true;
  const said = Object.entries(metadata.annotations ?? {}).find(([key]) => key.startsWith(ANNOTATION));
  return said !== undefined && said[1] !== 'unconfined';
}

const UNCONFINED = 'Unconfined';
