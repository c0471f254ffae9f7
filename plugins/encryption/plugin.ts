import { definePlugin } from '../../src/kernel/plugin.ts';
import { boolean, object, string } from '../../src/schema/schema.ts';
import { followFile } from '../../src/sdk/follow-file.ts';
import { ReloadCounts } from '../../src/sdk/reload-counts.ts';
import { atRest } from '../../src/store/at-rest.ts';
import { metricSources, rewriters } from '../apiserver/contract.ts';
import { EncryptionAtRest } from './encryption-at-rest.ts';
import { openEncryptionFile, readEncryption } from './encryption-file.ts';
import { EncryptionSettingError } from './setting-error.ts';

export default definePlugin({
  name: 'encryption',
  description: 'seals objects where the store keeps them, as a configuration says of which kinds',
  essential: true,
  config: object({
    encryptionProviderConfig: string().default(''),
    encryptionProviderConfigAutomaticReload: boolean().default(false),
  }),
  provides: [atRest],
  async start({ config, world, log, provide, contribute, signal }) {
    const { encryptionProviderConfig: path, encryptionProviderConfigAutomaticReload: isFollowed } = config;
    if (path === '') {
      throw new EncryptionSettingError(
        '--encryption-provider-config-automatic-reload must be set with --encryption-provider-config',
      );
    }
    const { text, configuration } = await openEncryptionFile(world, path);
    const encryption = new EncryptionAtRest(configuration, world.random, log);
    provide(atRest, encryption);
    contribute(rewriters, encryption);
    if (!isFollowed) return;
    const counts = new ReloadCounts(world.clock, 'encryption_config_controller');
    contribute(metricSources, { collect: () => counts.collect() });
    const refused = (error: unknown): void => {
      counts.add('failure');
      log.error('the encryption configuration is not followed', { path, error });
    };
    const changed = async (now: string): Promise<void> => {
      try {
        encryption.replace(await readEncryption(now, path));
      } catch (error) {
        if (!(error instanceof EncryptionSettingError)) throw error;
        return refused(error);
      }
      counts.add('success');
      log.info('reloaded the encryption configuration', { path });
    };
    followFile({ world, path, content: text, changed, unreadable: refused, log, signal });
  },
});
