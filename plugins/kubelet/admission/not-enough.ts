/** The kubelet's words for a node that has too little left of a resource; amounts in its unit, processors in thousandths. */
export const notEnough = (resource: string, requested: number, used: number, capacity: number): string =>
  `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
