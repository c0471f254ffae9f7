import { map, quantity, type Stored } from '../../../../src/schema/schema.ts';

/** Amounts by resource name: `cpu`, `memory`, `ephemeral-storage`, `hugepages-2Mi`, `example.com/widget`. */
export const resourceList = map(quantity());
export type ResourceList = Stored<typeof resourceList>;
