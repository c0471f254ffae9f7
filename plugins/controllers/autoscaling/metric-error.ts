import { messageOf } from '../../../src/base/message-of.ts';
/** Why no number of replicas follows from a metric, in upstream's words. */
export class MetricError extends Error {
  readonly code = 'MetricUnusable';
}

/** What `work` fails with, told as `what` of it. */
export async function toldAs<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new MetricError(`${what}: ${messageOf(error)}`, { cause: error });
  }
}
