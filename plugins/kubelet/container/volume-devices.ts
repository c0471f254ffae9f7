import { deviceNumbers } from '../../../src/base/device-numbers.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import type { Files } from '../../../src/base/world.ts';
import type { ContainerDevice } from '../../runtime/contract.ts';
import type { ContainerSpec } from '../pod.ts';
import type { MountedVolumes } from '../volumes/pod-volumes.ts';
import { ContainerConfigError } from './container-config-error.ts';

/** The block devices that a container has of its pod's volumes, as they are on the node now. Throws `ContainerConfigError`. */
export async function volumeDevices(
  files: Pick<Files, 'stat'>,
  { name: container, volumeDevices: asked = [] }: Pick<ContainerSpec, 'name' | 'volumeDevices'>,
  volumes: Pick<MountedVolumes, 'devices'>,
): Promise<readonly ContainerDevice[]> {
  const devices: ContainerDevice[] = [];
  for (const { name, devicePath: path } of asked) {
    if (!path.startsWith('/')) throw unconfigured(`error DevicePath \`${path}\` must be an absolute path`);
    const mapped = volumes.devices.get(name);
    if (mapped === undefined) throw unconfigured(`cannot find volume "${name}" to pass into container "${container}"`);
    const info = await files.stat(mapped.path).catch((error: unknown) => {
      throw new ContainerConfigError('CreateContainerError', `${NO_SPEC}: ${messageOf(error)}`, { cause: error });
    });
    if (!info.isBlockDevice()) {
      throw new ContainerConfigError('CreateContainerError', `${NO_SPEC}: ${mapped.path} is not a device node`);
    }
    const numbers = deviceNumbers(info.rdev);
    devices.push({ path, type: 'b', ...numbers, mode: info.mode & 0o777, access: mapped.isReadOnly ? 'r' : 'rwm' });
  }
  return devices;
}

const NO_SPEC = 'failed to generate spec';
const unconfigured = (message: string): ContainerConfigError =>
  new ContainerConfigError('CreateContainerConfigError', message);
