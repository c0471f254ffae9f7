import { atomicParts } from '../../../src/api/atomic-parts.ts';
import { configurationProblems } from '../../../src/api/configuration-problems.ts';
import { internalError } from '../../../src/api/internal-error.ts';
import { JsonPatchError } from '../../../src/api/json-patch-error.ts';
import { jsonPatch } from '../../../src/api/json-patch.ts';
import { isRecord, type JsonRecord } from '../../../src/api/json-record.ts';
import { mergeConfiguration } from '../../../src/api/merge-configuration.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import { PROTOBUF_NULL } from '../../../src/base/go-text.ts';
import { WideInteger } from '../../../src/base/wide-integer.ts';
import { CelError, CelList, CelMap, type CelResult, type CelValue } from '../../../src/cel/cel-value.ts';
import { JsonWriter, type JsonForms } from '../../../src/cel/json-writer.ts';
import { unknownFieldMessage } from '../../../src/schema/unknown-fields.ts';
import { changedObject } from '../changed-object.ts';
import type { RequestEvaluation } from '../evaluate-request.ts';
import { PATCH_LIMITS } from '../limits.ts';
import { isOfItself } from '../request-of.ts';
import type { Reviewed } from '../review-request.ts';
import type { ReadMutation } from './mutating-policy.ts';
import { typeNameProblems } from './type-name-problems.ts';

/** The object, or why it was not changed, in upstream's words. */
export type Mutated = { readonly object: AnyObject } | { readonly problem: string };

/**
 * What one mutation makes of the object of a request. Throws `StatusError` InternalError for what leaves no object of
 * its kind behind: that is refused, whatever the policy says of failures.
 */
export async function mutateObject(
  mutation: ReadMutation,
  { request, as, object }: Reviewed & { readonly object: AnyObject },
  evaluation: RequestEvaluation,
): Promise<Mutated> {
  const outcome = await evaluation.evaluate(mutation);
  if (!outcome.ok) return { problem: outcome.message };
  const schema = isOfItself(request, object, as) ? as : request.body;
  return mutation.patchType === 'JSONPatch'
    ? patched(schema, object, outcome.value)
    : configured(schema, object, outcome.value);
}

const mismatch = (value: CelResult): { readonly problem: string } | undefined => {
  const problems = typeNameProblems(value);
  return problems.length === 0 ? undefined : { problem: `type mismatch: ${problems.join('\n')}` };
};

function configured(schema: Resource | undefined, object: AnyObject, value: CelValue): Mutated {
  const said = new JsonWriter(NULLS_TOLD).write(value);
  if (said instanceof CelError) return { problem: said.message };
  const wrong = mismatch(value);
  if (wrong !== undefined) return wrong;
  const failed = (problem: string): Mutated => ({ problem: `error applying patch: ${problem}` });
  const untyped = (problem: string): Mutated => failed(`failed to convert patch object to typed object: ${problem}`);
  if (schema === undefined) return untyped(`no corresponding type for ${printKind(object)}`);
  const node = wholeNode(schema);
  const problems = configurationProblems(node, namedAs(object, said));
  if (problems.length > 0) {
    return untyped(problems.length === 1 ? problems.join('') : ['errors:', ...problems].join('\n  '));
  }
  const configuration = namedAs(object, new JsonWriter().write(value));
  const atomics = atomicParts(node, configuration);
  if (atomics.length > 0) {
    return failed(`invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`);
  }
  const changed = changedObject(schema, object, mergeConfiguration(node, object, configuration));
  if (!('problem' in changed)) return changed;
  return { problem: `unable to convert unstructured object to ${printKind(object)}: ${changed.problem}` };
}

/** A configuration says no `null`: upstream knows it by its own type of Go, and takes it for no JSON. */
const NULLS_TOLD: JsonForms = { nothing: PROTOBUF_NULL, wide: digits => new WideInteger(digits) };

const namedAs = ({ apiVersion, kind }: AnyObject, said: unknown): JsonRecord => ({
  ...(isRecord(said) ? said : {}),
  apiVersion,
  kind,
});

/** As Go prints a GroupVersionKind. */
const printKind = ({ apiVersion, kind }: AnyObject): string =>
  `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`;

function patched(schema: Resource | undefined, object: AnyObject, value: CelValue): Mutated {
  const operations: unknown[] = [];
  const writer = new JsonWriter(AS_PROTOBUF);
  for (const item of value instanceof CelList ? value : []) {
    const operation = operationOf(item, writer);
    if ('problem' in operation) return operation;
    operations.push(operation.operation);
    // Lists may be longer than anybody counts: one more than may be is enough to be refused.
    if (operations.length > PATCH_LIMITS.operations) break;
  }
  let document: unknown;
  try {
    document = jsonPatch(object, operations, PATCH_LIMITS);
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error;
    // Where a test fails there is nothing to do.
    return error.code === 'TestFailed' ? { object } : { problem: `JSON Patch: ${error.message}` };
  }
  const changed = changedObject(schema, object, document);
  if ('problem' in changed) throw internalError(changed.problem);
  if (changed.unknown.length === 0) return changed;
  throw internalError(`strict decoding error: ${changed.unknown.map(unknownFieldMessage).join(', ')}`);
}

/** As JSON says it; what is empty is not said. */
function operationOf(
  item: CelResult,
  writer: JsonWriter,
): { readonly operation: unknown } | { readonly problem: string } {
  const text = (name: string): string => {
    const said = item instanceof CelMap ? item.get(name) : undefined;
    return typeof said === 'string' ? said : '';
  };
  const [op, path, from] = [text('op'), text('path'), text('from')];
  const said = { op, path, ...(from === '' ? {} : { from }) };
  const given = item instanceof CelMap ? item.get('value') : undefined;
  // As upstream's library reads it.
  if (given === undefined) return { operation: { ...said, value: null } };
  const value = writer.write(given);
  if (value instanceof CelError) {
    return { problem: `JSONPath valueExpression evaluated to a type that could not marshal to JSON: ${value.message}` };
  }
  return mismatch(given) ?? { operation: { ...said, value } };
}

/** Protobuf's JSON has doubles alone. */
const AS_PROTOBUF: JsonForms = { nothing: null, wide: digits => digits };
