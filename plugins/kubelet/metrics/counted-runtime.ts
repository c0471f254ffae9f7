import type { Runtime } from '../../runtime/contract.ts';
import { RUN_SANDBOX, type OperationCounts } from './operation-counts.ts';

/** A runtime whose calls are counted and timed, by the names that upstream's interface of runtimes has for them. */
export function countedRuntime(runtime: Runtime, counts: Pick<OperationCounts, 'time'>): Runtime {
  const timed =
    <A extends readonly unknown[], T>(name: string, call: (...given: A) => Promise<T>) =>
    (...given: A): Promise<T> =>
      counts.time(name, () => call(...given));
  return {
    get recovered() {
      return runtime.recovered;
    },
    get abilities() {
      return runtime.abilities;
    },
    createSandbox: timed(RUN_SANDBOX, config => runtime.createSandbox(config)),
    removeSandbox: timed('remove_podsandbox', id => runtime.removeSandbox(id)),
    startContainer: timed('start_container', config => runtime.startContainer(config)),
    stopContainer: timed('stop_container', (id, options) => runtime.stopContainer(id, options)),
    removeContainer: timed('remove_container', id => runtime.removeContainer(id)),
    updateContainer: timed('update_container', (id, resources) => runtime.updateContainer(id, resources)),
    updateSandbox: timed('update_podsandbox_resources', (id, resources) => runtime.updateSandbox(id, resources)),
    limitPods: (resources, group) => runtime.limitPods(resources, group),
    list: () => runtime.list(),
    container: id => runtime.container(id),
    exec: timed('exec', (id, options) => runtime.exec(id, options)),
    attach: timed('attach', id => runtime.attach(id)),
    stats: timed('container_stats', id => runtime.stats(id)),
    layerUsage: id => runtime.layerUsage(id),
    sandboxStats: timed('podsandbox_stats', id => runtime.sandboxStats(id)),
    usage: timed('container_stats', id => runtime.usage(id)),
    sandboxUsage: timed('podsandbox_stats', id => runtime.sandboxUsage(id)),
    podsUsage: () => runtime.podsUsage(),
  };
}
