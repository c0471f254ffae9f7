import type { HttpRequest } from './http-request.ts';
import { notAcceptable, requireRouted, type InProtobuf } from './negotiate.ts';
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
  // Custom kinds, of which there are only names in protobuf, are behind no such router.
  if (inProtobuf !== 'metadata') requireRouted(headers.accept, info.verb === 'list' || info.verb === 'watch');
  const { shape } = asked.of(inProtobuf);
  if (shape === 'table' && !inTables) throw notAcceptable();
}
