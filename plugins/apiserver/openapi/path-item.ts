import type { OpenApiSchema, OpenApiVersion } from '../../../src/schema/openapi.ts';
import { writtenOperation, type Operation } from './operation.ts';
import { sorted, written } from './parameters.ts';

/** A path's item: its operations by method, and once for all of them the parameters that each of them has. */
export function pathItem(operations: Readonly<Record<string, Operation>>, version: OpenApiVersion): OpenApiSchema {
  const methods = Object.entries(operations);
  const [first, ...others] = methods.map(([, { parameters }]) => parameters);
  const isShared = (name: string, place: string): boolean =>
    others.every(parameters => parameters.some(each => each.name === name && each.in === place));
  const shared = sorted((first ?? []).filter(each => isShared(each.name, each.in)));
  const item = methods.map(([method, operation]) => {
    const own = operation.parameters.filter(
      each => !shared.some(({ name, in: at }) => name === each.name && at === each.in),
    );
    return [
      method,
      writtenOperation(
        operation,
        sorted(own).map(each => written(each, version)),
        version,
      ),
    ] as const;
  });
  return {
    ...Object.fromEntries(item),
    ...(shared.length === 0 ? {} : { parameters: shared.map(each => written(each, version)) }),
  };
}
