import { messageOf } from '../../../src/base/message-of.ts';
import type { Image, Images, ResolvedUser } from '../../images/contract.ts';
import type { ContainerConfig } from '../../runtime/contract.ts';
import type { ContainerSpec, Pod } from '../pod.ts';
import { ContainerConfigError } from './container-config-error.ts';
import { verifyNonRoot } from './security.ts';

export interface ContainerIdentity {
  readonly user: ContainerConfig['user'];
  readonly home: string;
}

/** Who the container runs as: the container's context, then the pod's, then the image's USER. */
export async function containerIdentity(
  pod: Pod,
  container: ContainerSpec,
  image: Image,
  images: Pick<Images, 'resolveUser'>,
): Promise<ContainerIdentity> {
  const ofPod = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const runAsUser = own.runAsUser ?? ofPod.runAsUser;
  const runAsGroup = own.runAsGroup ?? ofPod.runAsGroup;
  const [imageUser = ''] = image.config.user.split(':', 1);
  const asked = runAsUser === undefined ? image.config.user : String(runAsUser);
  const resolved: ResolvedUser = await images.resolveUser(image, asked).catch((error: unknown) => {
    const message = messageOf(error);
    throw new ContainerConfigError('CreateContainerError', message, { cause: error });
  });
  verifyNonRoot(pod, container, resolved.uid, imageUser === '' || /^\d+$/.test(imageUser), imageUser);
  const gid = runAsGroup ?? resolved.gid;
  const fromImage = ofPod.supplementalGroupsPolicy === 'Strict' ? [] : resolved.supplementalGroups;
  const extra = [...(ofPod.supplementalGroups ?? []), ...(ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup])];
  const supplementalGroups = [...new Set([gid, ...fromImage, ...extra])];
  return { user: { uid: resolved.uid, gid, supplementalGroups }, home: resolved.home };
}
