import { join } from 'node:path';
import { DRA_SERVICES } from '../dra/dra-services.ts';
import { DriverServer } from './driver-server.ts';

export interface DeviceDriverOptions {
  /** The kubelet's. */
  readonly root: string;
  readonly name: string;
}

/**
 * A small driver of devices: each claim's is `<name>/device=<its name>`, as CDI calls it, and `<name>/device=extended`
 * that of one that was made for extended resources.
 */
export class TestDeviceDriver extends DriverServer {
  static async start({ root, name }: DeviceDriverOptions): Promise<TestDeviceDriver> {
    const driver = new TestDeviceDriver();
    const socket = join(root, 'plugins', name, 'dra.sock');
    const service = DRA_SERVICES['v1.DRAPlugin'];
    driver.answerAs({ type: 'DRAPlugin', name, endpoint: socket, supportedVersions: ['v1.DRAPlugin'] });
    driver.answer(service.prepare, ({ claims }) => ({
      claims: Object.fromEntries(claims.map(claim => [claim.uid, driver.#prepared(name, claim.name)])),
    }));
    driver.answer(service.unprepare, ({ claims }) => ({
      claims: Object.fromEntries(claims.map(({ uid }) => [uid, { error: '' }])),
    }));
    await driver.listen(socket, join(root, 'plugins_registry', `${name}-reg.sock`));
    return driver;
  }

  #prepared(name: string, claim: string) {
    const isExtended = claim.includes('-extended-resources-');
    const cdiDeviceIds = [`${name}/device=${isExtended ? 'extended' : claim}`];
    const requestNames = [isExtended ? 'container-0-request-0' : 'r'];
    return { devices: [{ requestNames, poolName: 'p', deviceName: claim, cdiDeviceIds }], error: '' };
  }
}
