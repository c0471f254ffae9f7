import { nodeAgent } from '../../plugins/kubelet/contract.ts';
import { Node } from '../../plugins/kinds/core/v1/node.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { caches } from '../sdk/caches.ts';
import type { BootReport } from './boot-report.ts';

/** Waits until this machine's own node is Ready, and says so. */
export async function nodeReady(kernel: Kernel, report: BootReport): Promise<void> {
  const { nodeName, ready } = kernel.service(nodeAgent);
  try {
    // What the store says of the node until then is what an earlier daemon said.
    await ready;
    const node = await readyNode(kernel, nodeName);
    report.done(`node ${nodeName} is Ready`, node.status.nodeInfo?.containerRuntimeVersion ?? '');
  } catch (error) {
    // The rest goes on, to be asked and mended by.
    report.failed(error);
  }
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
