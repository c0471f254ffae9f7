import type { Random } from '../../src/base/world.ts';
import type { Container } from '../kinds/core/v1/container.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import type { ServiceAccount } from '../kinds/core/v1/service-account.ts';
import type { Volume } from '../kinds/core/v1/volume.ts';

export const TOKEN_MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
/** An hour and seven seconds: the odd seconds mark a token that was not asked for by the user. */
const TOKEN_LIFETIME_SECONDS = 3607;
const FILE_MODE = 0o644;
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * The spec with the account's token mounted into every container that has nothing there yet, and with its
 * pull secrets; upstream's plugin/pkg/admission/serviceaccount.
 */
export function withServiceAccount(spec: PodSpec, account: ServiceAccount, random: Random): PodSpec {
  const automount = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  const pulled =
    (spec.imagePullSecrets ?? []).length === 0 && account.imagePullSecrets !== undefined
      ? { ...spec, imagePullSecrets: account.imagePullSecrets }
      : spec;
  return automount ? withTokenMounts(pulled, random) : pulled;
}

function withTokenMounts(spec: PodSpec, random: Random): PodSpec {
  const existing = spec.volumes?.find(volume => volume.name.startsWith('kube-api-access-'));
  const name = existing?.name ?? `kube-api-access-${suffix(random)}`;
  const containers = spec.containers.map(container => withMount(container, name));
  const initContainers = spec.initContainers?.map(container => withMount(container, name));
  const mounted = [...containers, ...(initContainers ?? [])].some(
    (container, index) => container !== [...spec.containers, ...(spec.initContainers ?? [])][index],
  );
  if (!mounted) return spec;
  return {
    ...spec,
    containers,
    ...(initContainers === undefined ? {} : { initContainers }),
    volumes: existing === undefined ? [...(spec.volumes ?? []), tokenVolume(name)] : (spec.volumes ?? []),
  };
}

function withMount(container: Container, name: string): Container {
  const mounts = container.volumeMounts ?? [];
  if (mounts.some(({ mountPath }) => mountPath === TOKEN_MOUNT_PATH)) return container;
  return { ...container, volumeMounts: [...mounts, { name, readOnly: true, mountPath: TOKEN_MOUNT_PATH }] };
}

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    defaultMode: FILE_MODE,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_LIFETIME_SECONDS } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
});

const suffix = (random: Random): string =>
  Array.from({ length: 5 }, () => NAME_ALPHABET[Math.floor(random.fraction() * NAME_ALPHABET.length)]).join('');
