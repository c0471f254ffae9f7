import { LOOPBACK_USER, SUPERUSERS } from '../../src/api/user-info.ts';
import { clients } from '../../src/api/client.ts';
import { ownNodeName } from '../../src/base/own-node-name.ts';
import { byFamily, families } from '../../src/base/by-family.ts';
import { firstAddress } from '../../src/base/ipv4.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { store } from '../../src/store/store.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { startHook } from '../../src/sdk/start-hook.ts';
import { apiAddress, healthChecks } from '../apiserver/contract.ts';
import { clusterCa, frontProxyCa, type KeyPair } from '../auth/contract.ts';
import { ensureAuthenticationInfo } from './authentication-info.ts';
import { controlPlaneRole } from './control-plane-role.ts';
import { ensureClusterObjects } from './cluster-objects.ts';
import { ensureDnsService } from './dns-service.ts';
import { ensureKubernetesService, ensureServers } from './kubernetes-service.ts';
import { Renewal } from './renewal.ts';
import { ServerLeases } from './server-leases.ts';
import { writeKubeconfig } from './kubeconfig.ts';

export default definePlugin({
  name: 'bootstrap',
  essential: true,
  description:
    'what every cluster has from the start: namespaces, priority classes, the kubernetes and DNS services, a kubeconfig',
  needs: { clients, clusterCa, frontProxyCa, apiAddress, store },
  config: object({
    serviceCidr: string().default('10.43.0.0/16'),
    clusterDns: string().default('10.43.0.10'),
    writeKubeconfig: string().default('/etc/tiphys/kubeconfig.yaml'),
    bindAddress: string().default('0.0.0.0'),
    nodeName: string().default(''),
    storeEndpoints: string().default(''),
  }),
  start({ config, needs, world, log, signal, contribute, ready, defer }) {
    contribute(controllers, controlPlaneRole(ownNodeName(config.nodeName, world.network)));
    const { advertiseAddress, port } = needs.apiAddress;
    const client = needs.clients.as(LOOPBACK_USER);
    const hooks = HOOKS.map(startHook);
    contribute(healthChecks, ...hooks.map(({ healthCheck }) => healthCheck));
    const tellServers = async (): Promise<void> => {
      if (config.storeEndpoints === '') return ensureServers(client, [advertiseAddress], port);
      const leases = new ServerLeases(needs.store, advertiseAddress);
      const renewal = new Renewal({ leases, world, log, tell: addresses => ensureServers(client, addresses, port) });
      await renewal.begin();
      defer(() => renewal.end());
    };
    ready(async () => {
      const issue = (): Promise<KeyPair> => needs.clusterCa.issueClient('system:admin', [SUPERUSERS]);
      const write = (user: KeyPair): Promise<void> =>
        writeKubeconfig({ files: world.files, log }, config.writeKubeconfig, {
          server: `https://${config.bindAddress === '0.0.0.0' ? '127.0.0.1' : config.bindAddress}:${needs.apiAddress.port}`,
          caCertificate: needs.clusterCa.caCertificate,
          user,
        });
      const user = await issue();
      await ensureClusterObjects(client);
      await Promise.all([
        ensureKubernetesService(client, firstAddress(byFamily(config.serviceCidr).ipv4), needs.apiAddress.port),
        tellServers(),
        ensureDnsService(client, families(byFamily(config.clusterDns))),
        ensureAuthenticationInfo(client, needs.clusterCa.caCertificate, needs.frontProxyCa.caCertificate),
        write(user),
      ]);
      for (const hook of hooks) hook.done();
      needs.clusterCa.follow(user, issue, write, signal);
    });
  },
});

/** What upstream does the same by. */
const HOOKS = [
  'start-system-namespaces-controller',
  'start-cluster-authentication-info-controller',
  'scheduling/bootstrap-system-priority-classes',
  'bootstrap-controller',
];
