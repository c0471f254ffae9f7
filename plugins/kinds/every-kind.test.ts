import { describe, expect, it } from 'vitest';
import { wholeNode } from '../../src/api/whole-node.ts';
import { validateFields } from '../../src/api/validate-fields.ts';
import { applyDefaults } from '../../src/schema/defaults.ts';
import { decodeMessage } from '../../src/schema/protobuf-decode.ts';
import { encodeMessage } from '../../src/schema/protobuf-encode.ts';
import type { Node } from '../../src/schema/schema.ts';
import { typeError } from '../../src/schema/type-error.ts';
import { prune, unknownFields } from '../../src/schema/unknown-fields.ts';
import { everyKind } from './testing/every-kind.ts';

/** A value that uses every field that is on the wire. */
function filled(node: Node, seed: string, within: readonly Node[] = []): unknown {
  const [first] = node.meta.alternatives ?? [];
  if (first !== undefined) return filled(first.node, seed, within);
  // What may hold itself does so once.
  if (within.includes(node)) return {};
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(
        Object.entries(node.props)
          .filter(([, { meta }]) => meta.field !== undefined)
          .map(([name, prop]) => [name, filled(prop, name, [...within, node])]),
      );
    case 'list':
      return [filled(node.item, `${seed}-0`, within)];
    case 'map':
      return { [`${seed}Key`]: filled(node.value, seed, within) };
    case 'int32':
    case 'int64':
    case 'double':
      return Math.max(node.meta.min ?? 7, 1);
    case 'boolean':
      return true;
    case 'quantity':
      return '3Gi';
    case 'time':
      return '2026-01-02T03:04:05Z';
    case 'microTime':
      return '2026-01-02T03:04:05.678901Z';
    case 'duration':
      return '5s';
    case 'bytes':
      return Buffer.from(seed).toString('base64');
    case 'json':
      return { [seed]: 1 };
    case 'intOrString':
      return '25%';
    case 'string':
      return node.meta.enum?.find(value => value !== '') ?? seed;
  }
}

/** Each once: a schema may hold schemas. */
function* nodes(node: Node, seen = new Set<Node>()): Generator<Node> {
  if (seen.has(node)) return;
  seen.add(node);
  yield node;
  if (node.kind === 'object') for (const prop of Object.values(node.props)) yield* nodes(prop, seen);
  else if (node.kind === 'list') yield* nodes(node.item, seen);
  else if (node.kind === 'map') yield* nodes(node.value, seen);
}

describe.each(everyKind.map(resource => [resource.openapiName, resource] as const))('%s', (_name, resource) => {
  const node = wholeNode(resource);
  const full = filled(node, 'x') as Readonly<Record<string, unknown>>;

  it('goes over the wire and back, every field of it', () => {
    expect(decodeMessage(node, encodeMessage(node, full))).toEqual(full);
  });

  it('is canonical, typed and known when full', () => {
    expect(applyDefaults(node, full)).toBe(full);
    expect(typeError(node, full)).toBeUndefined();
    expect(validateFields(node, full, '')).toEqual([]);
    expect(unknownFields(node, full)).toEqual([]);
    expect(prune(node, full)).toBe(full);
  });

  it('survives defaults of nothing, and again', () => {
    const once = applyDefaults(node, {});
    expect(applyDefaults(node, once)).toEqual(once);
    expect(typeError(node, once)).toBeUndefined();
  });

  it('has a name and a sentence for every object, and keys that exist', () => {
    for (const part of nodes(node)) {
      if (part.kind === 'object') expect([part.meta.name, part.meta.doc], part.meta.name).not.toContain(undefined);
      if (part.kind !== 'list') continue;
      for (const key of part.meta.listMapKeys ?? []) {
        expect(part.item.kind === 'object' ? Object.keys(part.item.props) : []).toContain(key);
      }
    }
  });
});
