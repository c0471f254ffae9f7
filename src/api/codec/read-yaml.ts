import type { Steps } from '../../base/steps.ts';
import { yamlInThread } from './in-codec-thread.ts';
import { readJsonBy, type ReadJson } from './read-json.ts';
import { yamlToJson, type YamlOutcome } from './yaml-to-json.ts';

/** Larger texts are read in a thread: a parser of YAML takes a millisecond a kilobyte of the worst of them. */
const INLINE_BYTES = 16 * 1024;

/**
 * Reads YAML that comes from outside, as the JSON it means. What is JSON already is read as such: clients
 * send it under YAML's name. The library is loaded when the first YAML comes. Throws `YamlError`.
 */
export async function readYaml(bytes: Uint8Array, steps: Steps): Promise<ReadJson> {
  const known = bytes[0] === OPEN_BRACE ? await jsonOf(bytes, steps) : undefined;
  if (known !== undefined) return known;
  const outcome = bytes.length > INLINE_BYTES ? ((await yamlInThread(bytes)) ?? TOO_COMPLEX) : await inline(bytes);
  if ('problem' in outcome) throw new YamlError(`yaml: ${outcome.problem}`);
  const { value } = await readJsonBy(steps, Buffer.from(outcome.json));
  const { repeatedKeys } = outcome;
  if (repeatedKeys.length === 0) return { value, complaints: [] };
  return { value, complaints: repeatedKeys, strict: [`yaml: unmarshal errors:\n  ${repeatedKeys.join('\n  ')}`] };
}

/** A text that is no YAML. */
export class YamlError extends Error {
  readonly code = 'Malformed';
}

const OPEN_BRACE = 0x7b;
const TOO_COMPLEX: YamlOutcome = { problem: 'document is too complex' };

async function jsonOf(bytes: Uint8Array, steps: Steps): Promise<ReadJson | undefined> {
  try {
    return await readJsonBy(steps, bytes);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function inline(bytes: Uint8Array): Promise<YamlOutcome> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return yamlToJson(await import('yaml'), text, { sortsKeys: true });
}
