import { apiAddress } from '../../plugins/apiserver/contract.ts';
import { Node } from '../../plugins/kinds/core/v1/node.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { caches } from '../sdk/caches.ts';
import type { BootReport } from './boot-report.ts';
import type { ServerSettings } from './server-options.ts';

/** Waits until this machine's node is Ready and tells the user what to type next. */
export async function serverReady(kernel: Kernel, settings: ServerSettings, report: BootReport): Promise<void> {
  const { advertiseAddress, port } = kernel.service(apiAddress);
  report.done('cluster ready', `https://${advertiseAddress}:${port}`);
  const node = await readyNode(kernel);
  report.done(`node ${node.metadata.name} is Ready`, node.status.nodeInfo?.containerRuntimeVersion ?? '');
  report.say(`\nKubeconfig: ${String(settings['writeKubeconfig'])}`);
  report.say(`Next:       export KUBECONFIG=${String(settings['writeKubeconfig'])} && kubectl get nodes`);
}

function readyNode(kernel: Kernel): Promise<Node> {
  return new Promise(resolve => {
    const subscription = kernel
      .service(caches)
      .of(Node)
      .subscribe({
        changed(node) {
          if (!isReady(node)) return;
          queueMicrotask(() => subscription[Symbol.dispose]());
          resolve(node);
        },
        removed: () => undefined,
      });
  });
}

const isReady = ({ status }: Node): boolean =>
  (status.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True');
