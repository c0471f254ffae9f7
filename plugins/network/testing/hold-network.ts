import { native } from '../../../native/index.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { openNodeNetwork } from '../node-network.ts';

/** A daemon for tests to kill: `hold-network.ts DATA_DIR POD_CIDR SERVICE_CIDR NETNS_PATH...` attaches and stays. */
const [dataDir = '', podCidr = '', serviceCidr = '', ...netnsPaths] = process.argv.slice(2);
const network = await openNodeNetwork({
  native: native(),
  world: hostWorld(),
  log: silentLogger,
  dataDir,
  podCidr,
  clusterCidr: podCidr,
  serviceCidr,
  nodeAddress: '',
});
const attached = await Promise.all(netnsPaths.map((netnsPath, i) => network.attach({ podUid: `pod-${i}`, netnsPath })));
process.stdout.write(`${attached.flatMap(({ podIps }) => podIps).join(' ')}\n`);
setInterval(() => undefined, 60_000);
