import { join } from 'node:path';
import { clients } from '../../src/api/client.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { ownNodeName } from '../../src/base/own-node-name.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { StorageClass } from '../kinds/storage/v1/storage-class.ts';
import { localPathDeleter, localPathProvisioner, PROVISIONER } from './local-path.ts';

export default definePlugin({
  name: 'local-path',
  description: 'makes folders of this node for the claims of pods',
  config: object({
    dataDir: string(),
    nodeName: string().default('').doc('name of this node; the host’s name when empty'),
  }),
  needs: { clients },
  start({ config, needs, world, contribute, ready }) {
    const options = {
      files: world.files,
      folder: join(config.dataDir, 'storage'),
      nodeName: ownNodeName(config.nodeName, world.network),
    };
    contribute(controllers, localPathProvisioner(options), localPathDeleter(options));
    const client = needs.clients.as(LOOPBACK_USER);
    ready(async () => {
      await world.files.mkdir(options.folder, { recursive: true, mode: 0o711 });
      await createUnlessPresent(client, StorageClass, {
        metadata: {
          name: 'local-path',
          annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
        },
        provisioner: PROVISIONER,
        volumeBindingMode: 'WaitForFirstConsumer',
      });
    });
  },
});
