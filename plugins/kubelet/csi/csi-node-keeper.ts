import type { Client } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { CSINode } from '../../kinds/storage/v1/csi-node.ts';
import { MAX_CSI_NODE_TRIES } from '../limits.ts';
import {
  NODE_IDS,
  topologyProblem,
  withDriver,
  withNodeId,
  withoutDriver,
  type DriverOnNode,
} from './plan-csi-node.ts';

type Drivers = NonNullable<CSINode['spec']['drivers']>;

/** Keeps what the API says of the drivers on this node: its CSINode, and labels and an annotation of its Node. */
export class CsiNodeKeeper {
  readonly #client: Client;
  readonly #name: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: Client, nodeName: string) {
    this.#client = client;
    this.#name = nodeName;
  }

  /** Every node has one, with or without drivers. */
  ensure(): Promise<void> {
    return this.#inTurn(() => this.#change(drivers => drivers));
  }

  async install(driver: DriverOnNode): Promise<void> {
    if (driver.nodeId === '') throw new Error('error adding CSI driver node info: nodeID must not be empty');
    await this.#inTurn(async () => {
      await this.#label(driver);
      await this.#change(drivers => withDriver(drivers, driver));
    });
  }

  /** Labels stay: volumes that are there go by them. */
  uninstall(name: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#change(drivers => withoutDriver(drivers, name));
      await this.#annotate(name, undefined, {});
    });
  }

  /** One at a time: two drivers often come together. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const run = this.#last.then(work);
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #label(driver: DriverOnNode): Promise<void> {
    const problem = await this.#annotate(driver.name, driver.nodeId, driver.topology, driver);
    if (problem !== undefined) throw new Error(`error adding CSI driver node info: ${problem}`);
  }

  async #annotate(
    driver: string,
    nodeId: string | undefined,
    labels: Readonly<Record<string, string>>,
    judged?: DriverOnNode,
  ): Promise<string | undefined> {
    const key = { name: this.#name };
    const { metadata } = await this.#client.get(Node, key);
    const problem = judged === undefined ? undefined : topologyProblem(metadata.labels ?? {}, judged);
    if (problem !== undefined) return problem;
    const annotations = { [NODE_IDS]: withNodeId(metadata.annotations?.[NODE_IDS], driver, nodeId) };
    const body = { metadata: { annotations, labels } };
    await this.#client.patch(Node, key, { type: 'merge', body });
    return undefined;
  }

  async #change(next: (drivers: Drivers) => Drivers): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#write(next);
      } catch (error) {
        if (tries >= MAX_CSI_NODE_TRIES || !isStatusError(error, 'Conflict', 'AlreadyExists', 'NotFound')) throw error;
      }
    }
  }

  async #write(next: (drivers: Drivers) => Drivers): Promise<void> {
    const name = this.#name;
    const found = await this.#client.get(CSINode, { name }).catch((error: unknown) => {
      if (isStatusError(error, 'NotFound')) return undefined;
      throw error;
    });
    if (found !== undefined) {
      const drivers = found.spec.drivers ?? [];
      const wanted = next(drivers);
      if (wanted === drivers) return;
      await this.#client.update(CSINode, { ...found, spec: { ...found.spec, drivers: wanted } });
      return;
    }
    const { uid } = (await this.#client.get(Node, { name })).metadata;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
    await this.#client.create(CSINode, { metadata: { name, ownerReferences }, spec: { drivers: next([]) } });
  }
}
