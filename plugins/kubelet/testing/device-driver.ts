import { join } from 'node:path';
import { DRA_SERVICES } from '../dra/dra-services.ts';
import { DriverServer } from './driver-server.ts';

export interface DeviceDriverOptions {
  /** The kubelet's. */
  readonly root: string;
  readonly name: string;
}

/** A small driver of devices: each claim's is `<name>/device=<first device it was asked for>`, as CDI calls it. */
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
    const cdiDeviceIds = [`${name}/device=${claim}`];
    return { devices: [{ requestNames: ['r'], poolName: 'p', deviceName: claim, cdiDeviceIds }], error: '' };
  }
}
