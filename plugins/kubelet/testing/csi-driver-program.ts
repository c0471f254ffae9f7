import { TestDriver } from './csi-driver.ts';

/** `node csi-driver-program.ts ROOT NAME VOLUMES`: the driver as a program, for a pod to run. */
const [, , root = '', name = '', volumes = ''] = process.argv;
await TestDriver.start({ root, name, volumes });
