import { badRequestError } from '../status-error.ts';
import { readJson, type ReadJson } from './read-json.ts';

/** Aliases of one document that may be followed; a text of a few lines can else mean gigabytes. */
const MAX_ALIASES = 100;

/**
 * Reads YAML that comes from outside, as the JSON it means. The library is loaded when the first YAML comes.
 * Throws `StatusError` BadRequest.
 */
export async function readYaml(bytes: Uint8Array): Promise<ReadJson> {
  const { parseDocument } = await import('yaml');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const complaints: string[] = [];
  let json: string | undefined;
  try {
    const document = parseDocument(text, { uniqueKeys: false, version: '1.1', merge: true, prettyErrors: false });
    const [problem] = document.errors;
    if (problem !== undefined) throw badRequestError(`error converting YAML to JSON: yaml: ${problem.message}`);
    json = JSON.stringify(document.toJS({ maxAliasCount: MAX_ALIASES }));
  } catch (error) {
    if (error instanceof RangeError) throw badRequestError('error converting YAML to JSON: yaml: exceeded max depth');
    if (error instanceof ReferenceError) {
      throw badRequestError('error converting YAML to JSON: yaml: document contains excessive aliasing');
    }
    throw error;
  }
  return { value: readJson(Buffer.from(json ?? 'null')).value, complaints };
}
