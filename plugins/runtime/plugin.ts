import { int32, object, string } from '../../src/schema/schema.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { containerExited, runtime, sandboxGone } from './contract.ts';
import { DEFAULT_DATA_DIR, openRuntime } from './open-runtime.ts';

/** The container runtime. Stopping it lets go of the pods; they live on until a later daemon finds them. */
export default definePlugin({
  name: 'runtime',
  description: 'pods as namespaces and cgroups, one small shim each',
  config: object({
    dataDir: string().default(DEFAULT_DATA_DIR),
    runDir: string().default('').doc('sockets and exit records; below /run/tiphys when empty'),
    spareShims: int32().default(10).min(0).max(100).doc('made ahead of their pods, 70 kB each'),
    cgroupRoot: string().default('').doc('name of the pods’ cgroup; kubepods, or its own for another data directory'),
  }),
  provides: [runtime],
  async start(context) {
    const { bus } = context;
    const service = await openRuntime(context.world, context.log, context.config, {
      onContainerExited: container => bus.emit(containerExited, container),
      onSandboxGone: sandbox => bus.emit(sandboxGone, sandbox),
    });
    context.defer(() => service.close());
    context.provide(runtime, service);
  },
});
