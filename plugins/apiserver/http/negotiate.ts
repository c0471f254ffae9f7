import { StatusError } from '../../../src/api/status-error.ts';

/** What an answer is to look like. */
export interface AnswerForm {
  readonly encoding: 'json' | 'yaml' | 'protobuf';
  readonly shape: 'object' | 'table' | 'metadata';
  /** Of `meta.k8s.io`, for the two shapes that are its kinds. */
  readonly metaVersion: 'v1' | 'v1beta1';
  readonly pretty: boolean;
}

/** What of an answer there is in protobuf: all but tables, names alone as of custom kinds, nothing. */
export type InProtobuf = 'all' | 'metadata' | 'nothing';

/** One media range of an Accept header. */
export interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';
/** Of kinds that have no protobuf. */
export const ACCEPTED_TEXTS = 'application/json, application/yaml';
export const ACCEPTED_BODIES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** Of watches, which are not told in YAML. */
const WATCHED_BODIES = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';

/** What Go's router lets through to a built-in kind. Throws `StatusError` NotAcceptable. */
export function requireRouted(accept: string | undefined, mayBeWatched: boolean): void {
  if (mediaRanges(accept).some(({ type }) => ROUTED.has(type))) return;
  const served = mayBeWatched ? `${ACCEPTED_BODIES}, ${WATCHED_BODIES}` : ACCEPTED_BODIES;
  throw new StatusError('NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${served}`, {
    details: {},
  });
}

const ROUTED: ReadonlySet<string> = new Set(['*/*', 'application/json', 'application/yaml', PROTOBUF]);

/** The client's best choice of what is served. Throws `StatusError` NotAcceptable. */
export function negotiate(
  accept: string | undefined,
  pretty: boolean,
  inProtobuf: InProtobuf,
  isWatch = false,
): AnswerForm {
  const ranges = mediaRanges(accept).filter(({ type }) => !isWatch || encodingOf(type, inProtobuf) !== 'yaml');
  for (const range of ranges) {
    const encoding = encodingOf(range.type, inProtobuf);
    const shape = shapeOf(range.parameters);
    if (encoding === undefined || shape === undefined) continue;
    if (encoding === 'protobuf' && !isInProtobuf(shape, inProtobuf)) continue;
    const metaVersion = range.parameters.get('v') === 'v1beta1' ? 'v1beta1' : 'v1';
    return { encoding, shape, metaVersion, pretty };
  }
  const isText = isWatch && mediaRanges(accept).some(({ type }) => encodingOf(type, inProtobuf) === 'yaml');
  throw notAcceptable(isText ? WATCHED_BODIES : ACCEPTED_BODIES);
}

/** How an error is to be told: what is asked for in another shape is passed over. */
export function errorEncoding(accept: string | undefined): AnswerForm['encoding'] {
  const plain = mediaRanges(accept).filter(({ parameters }) => !['as', 'g', 'v'].some(name => parameters.has(name)));
  return plain.map(({ type }) => encodingOf(type, 'all')).find(encoding => encoding !== undefined) ?? 'json';
}

const isInProtobuf = (shape: AnswerForm['shape'], inProtobuf: InProtobuf): boolean =>
  shape === 'metadata' || (shape === 'object' && inProtobuf === 'all');

export const notAcceptable = (accepted = ACCEPTED_BODIES): StatusError =>
  new StatusError('NotAcceptable', `only the following media types are accepted: ${accepted}`);

/** Best first; without the header, anything goes. */
export function mediaRanges(accept: string | undefined): readonly MediaRange[] {
  if (accept === undefined || accept.trim() === '') return [{ type: '*/*', parameters: new Map(), quality: 1 }];
  return accept
    .slice(0, MAX_ACCEPT_CHARS)
    .split(',')
    .map(rangeOf)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

const MAX_ACCEPT_CHARS = 4096;

function rangeOf(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map(part => part.trim());
  const parameters = new Map(
    rest.map(part => {
      const [name = '', value = ''] = part.split('=', 2);
      return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')] as const;
    }),
  );
  const quality = Number(parameters.get('q') ?? '1');
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 0 : quality };
}

function encodingOf(type: string, inProtobuf: InProtobuf): AnswerForm['encoding'] | undefined {
  if (type === PROTOBUF) return inProtobuf === 'nothing' ? undefined : 'protobuf';
  if (type === 'application/json' || type === '*/*' || type === 'application/*') return 'json';
  return type === 'application/yaml' || type === 'text/yaml' ? 'yaml' : undefined;
}

function shapeOf(parameters: ReadonlyMap<string, string>): AnswerForm['shape'] | undefined {
  const as = parameters.get('as');
  if (as === undefined) return 'object';
  if (parameters.get('g') !== 'meta.k8s.io') return undefined;
  if (!['v1', 'v1beta1'].includes(parameters.get('v') ?? '')) return undefined;
  if (as === 'Table') return 'table';
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? 'metadata' : undefined;
}
