import type { HttpRequest } from './http-request.ts';
import { notAcceptable, type InProtobuf } from './negotiate.ts';
import { requirePatchType } from './read-patch.ts';

/**
 * An answer that the client would not take is refused before anything is done for it.
 * Throws `StatusError` NotAcceptable; of a patch UnsupportedMediaType before that.
 */
export function requireAcceptable(
  { info, headers, asked }: HttpRequest,
  inProtobuf: InProtobuf,
  { inTables = true }: { readonly inTables?: boolean } = {},
): void {
  if (info.verb === 'patch') requirePatchType(headers);
  const { shape } = asked.of(inProtobuf);
  if (shape === 'table' && !inTables) throw notAcceptable();
}
