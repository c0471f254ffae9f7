import type { CSINodeSpec } from '../../kinds/storage/v1/csi-node.ts';

/** A driver as it describes itself on this node. */
export interface DriverOnNode {
  readonly name: string;
  /** What it calls the node. */
  readonly nodeId: string;
  /** 0: it does not say. */
  readonly maxVolumes: number;
  /** Labels that the node has to have for its volumes to be told apart. */
  readonly topology: Readonly<Record<string, string>>;
}

type Drivers = NonNullable<CSINodeSpec['drivers']>;
export type NodeLabels = Readonly<Record<string, string>>;

/** The drivers of a CSINode with this one among them. */
export function withDriver(drivers: Drivers, { name, nodeId, maxVolumes, topology }: DriverOnNode): Drivers {
  const keys = Object.keys(topology).sort();
  return [
    ...withoutDriver(drivers, name),
    {
      name,
      nodeID: nodeId,
      topologyKeys: keys.length === 0 ? null : keys,
      ...(maxVolumes > 0 ? { allocatable: { count: Math.min(maxVolumes, MAX_INT32) } } : {}),
    },
  ];
}

export const withoutDriver = (drivers: Drivers, name: string): Drivers => drivers.filter(each => each.name !== name);

const MAX_INT32 = 2 ** 31 - 1;

/** Why the node cannot get the labels of a driver: it has another value for one of them. */
export function topologyProblem(labels: NodeLabels, { topology }: DriverOnNode): string | undefined {
  for (const [key, value] of Object.entries(topology)) {
    const has = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (has === undefined || has === value) continue;
    return `detected topology value collision: driver reported ${JSON.stringify(key)}:${JSON.stringify(value)} but existing label is ${JSON.stringify(key)}:${JSON.stringify(has)}`;
  }
  return undefined;
}

/** What each driver calls the node, by the driver's name; an annotation of the Node. */
export const NODE_IDS = 'csi.volume.kubernetes.io/nodeid';

/** The same with one driver's word changed; `undefined` takes it away. Nonsense that somebody put there is replaced. */
export function withNodeId(text: string | undefined, driver: string, nodeId: string | undefined): string {
  const others = Object.entries(readIds(text ?? '{}')).filter(([name]) => name !== driver);
  return JSON.stringify(Object.fromEntries(nodeId === undefined ? others : [...others, [driver, nodeId]]));
}

function readIds(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
