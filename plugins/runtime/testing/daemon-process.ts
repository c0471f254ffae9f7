import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import type { ContainerConfig, SandboxConfig } from '../contract.ts';
import { openRuntime, type OpenSettings } from '../open-runtime.ts';

/** What the daemon of a test is to start; told in its argument, answered with ids on standard output. */
export interface DaemonOrder {
  readonly settings: OpenSettings;
  readonly sandboxes: readonly {
    readonly config: SandboxConfig;
    readonly containers: readonly Omit<ContainerConfig, 'sandboxId'>[];
  }[];
}

export interface DaemonReport {
  readonly sandboxes: readonly { readonly id: string; readonly containers: readonly string[] }[];
}

/** Runs pods until it is killed: the daemon that recovery tests lose. */
async function serve(order: DaemonOrder): Promise<void> {
  const runtime = await openRuntime(hostWorld(), silentLogger, order.settings, {
    onContainerExited: () => undefined,
    onSandboxGone: () => undefined,
  });
  const report: DaemonReport = {
    sandboxes: await Promise.all(
      order.sandboxes.map(async ({ config, containers }) => {
        const { id } = await runtime.createSandbox(config);
        const started = await Promise.all(containers.map(each => runtime.startContainer({ ...each, sandboxId: id })));
        return { id, containers: started.map(container => container.id) };
      }),
    ),
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

const [order] = process.argv.slice(2);
if (order !== undefined) await serve(JSON.parse(order) as DaemonOrder);
