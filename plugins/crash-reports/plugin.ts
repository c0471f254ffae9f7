import { ownNodeName } from '../../src/base/own-node-name.ts';
import { clients } from '../../src/api/client.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import type { CrashLog } from '../../src/kernel/crash-log.ts';
import { definePlugin, type AnyPlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { eventRecorders } from '../../src/sdk/events.ts';
import { crashEvent } from './crash-event.ts';

/** Tells users of plugins that crashed, by an Event of the node. Itself made with the log that it reads. */
export const crashReports = (crashes: CrashLog): AnyPlugin =>
  definePlugin({
    name: 'crash-reports',
    description: 'tells of plugins that crashed',
    config: object({ nodeName: string().default('') }),
    needs: { clients, eventRecorders },
    start({ config, needs, world, ready, defer }) {
      const name = ownNodeName(config.nodeName, world.network);
      const client = needs.clients.as(LOOPBACK_USER, { fieldManager: 'tiphys' });
      const recorder = needs.eventRecorders.recorder(client, { component: 'tiphys', host: name });
      ready(() => {
        const following = crashes.follow(crash => {
          const { reason, message } = crashEvent(crash);
          // The kubelet's own events of its node name it as its uid too.
          recorder.event({ apiVersion: 'v1', kind: 'Node', name, uid: name }, 'Warning', reason, message);
        });
        defer(() => following[Symbol.dispose]());
      });
    },
  });
