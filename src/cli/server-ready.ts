import { apiAddress } from '../../plugins/apiserver/contract.ts';
import { nodeAgent } from '../../plugins/kubelet/contract.ts';
import { Node } from '../../plugins/kinds/core/v1/node.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { caches } from '../sdk/caches.ts';
import type { BootReport } from './boot-report.ts';
import type { ServerSettings } from './server-options.ts';

/** Waits until this machine's own node is Ready, unless it runs no kubelet, and tells the user what to type next. */
export async function serverReady(
  kernel: Kernel,
  settings: ServerSettings,
  report: BootReport,
  hasNode: boolean,
): Promise<void> {
  const { advertiseAddress, port } = kernel.service(apiAddress);
  report.done('cluster ready', `https://${advertiseAddress}:${port}`);
  if (hasNode) {
    const { nodeName, ready } = kernel.service(nodeAgent);
    try {
      // What the store says of the node until then is what an earlier daemon said.
      await ready;
      const node = await readyNode(kernel, nodeName);
      report.done(`node ${nodeName} is Ready`, node.status.nodeInfo?.containerRuntimeVersion ?? '');
    } catch (error) {
      // The API goes on, to be asked and mended by.
      report.failed(error);
    }
  }
  report.say(`\nKubeconfig: ${String(settings['writeKubeconfig'])}`);
  report.say(`Next:       export KUBECONFIG=${String(settings['writeKubeconfig'])} && kubectl get nodes`);
}

function readyNode(kernel: Kernel, name: string): Promise<Node> {
  return new Promise(resolve => {
    const subscription = kernel
      .service(caches)
      .of(Node)
      .subscribe({
        changed(node) {
          if (node.metadata.name !== name || !isReady(node)) return;
          queueMicrotask(() => subscription[Symbol.dispose]());
          resolve(node);
        },
        removed: () => undefined,
      });
  });
}

const isReady = ({ status }: Node): boolean =>
  (status.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True');
