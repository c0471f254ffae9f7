import type { Image } from '../../images/contract.ts';
import type { Mount } from '../../runtime/contract.ts';
import type { ContainerSpec, VolumeMount } from '../pod.ts';
import type { MountedVolumes } from '../volumes/pod-volumes.ts';
import { ContainerConfigError } from './container-config-error.ts';
import { expandReferences } from './expand-references.ts';

/** Files of the pod that every container sees, unless it mounts something else there. */
export interface PodFile {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** It is made anew for the container, with this mode. */
  readonly makeMode?: number;
}

const PROPAGATION: Readonly<Record<string, Mount['propagation']>> = {
  None: 'private',
  HostToContainer: 'rslave',
  Bidirectional: 'rshared',
};

/** All mounts of a container, outer paths before inner ones. */
export function containerMounts(
  container: ContainerSpec,
  volumes: Pick<MountedVolumes, 'pathOf' | 'managed'> & { readonly images: ReadonlyMap<string, Image> },
  podFiles: readonly PodFile[],
  variables: ReadonlyMap<string, string>,
): readonly Mount[] {
  const asked = (container.volumeMounts ?? []).map(mount => volumeMountOf(mount, volumes, variables));
  const taken = new Set(asked.map(({ target }) => target));
  const own = podFiles
    .filter(({ target }) => !taken.has(target))
    .map((file): Mount => ({ ...file, propagation: 'private', isFile: true }));
  return [...own, ...asked].sort((a, b) => depth(a.target) - depth(b.target));
}

function volumeMountOf(
  mount: VolumeMount,
  volumes: Parameters<typeof containerMounts>[1],
  variables: ReadonlyMap<string, string>,
): Mount {
  const image = volumes.images.get(mount.name);
  if (image !== undefined) return imageMount(mount, image, subPathOf(mount, variables));
  const source = volumes.pathOf.get(mount.name);
  if (source === undefined) {
    throw new ContainerConfigError(
      'CreateContainerConfigError',
      `cannot find volume "${mount.name}" to mount into container`,
    );
  }
  const subPath = subPathOf(mount, variables);
  return {
    source,
    ...(subPath === '' ? {} : { subPath }),
    target: normal(mount.mountPath),
    readOnly: mount.readOnly === true || volumes.managed.has(mount.name),
    propagation: PROPAGATION[mount.mountPropagation ?? 'None'] ?? 'private',
    ...(subPath === '' && volumes.managed.has(mount.name) ? { isFile: false } : {}),
  };
}

/** Layers are shared by all who use the image: nobody writes into them. */
const imageMount = ({ mountPath }: VolumeMount, { lowerDirs }: Image, subPath: string): Mount => ({
  source: '',
  layers: lowerDirs,
  ...(subPath === '' ? {} : { subPath }),
  target: normal(mountPath),
  readOnly: true,
  propagation: 'private',
});

function subPathOf({ subPath = '', subPathExpr = '' }: VolumeMount, variables: ReadonlyMap<string, string>): string {
  const missing: string[] = [];
  const path =
    subPathExpr === ''
      ? subPath
      : expandReferences(subPathExpr, name => {
          const value = variables.get(name);
          if (value === undefined) missing.push(name);
          return value;
        });
  if (missing.length > 0) {
    throw new ContainerConfigError(
      'CreateContainerConfigError',
      `missing value for ${missing.map(name => `"${name}"`).join(', ')}`,
    );
  }
  if (path.startsWith('/')) {
    throw new ContainerConfigError(
      'CreateContainerConfigError',
      `error SubPath \`${path}\` must not be an absolute path`,
    );
  }
  if (path.split('/').includes('..')) {
    throw new ContainerConfigError(
      'CreateContainerConfigError',
      `unable to provision SubPath \`${path}\`: must not contain '..'`,
    );
  }
  return path;
}

const normal = (path: string): string => {
  const absolute = path.startsWith('/') ? path : `/${path}`;
  return absolute.length > 1 ? absolute.replace(/\/+$/, '') : absolute;
};
const depth = (path: string): number => (path === '/' ? 0 : path.split('/').length);
