import type { Resource } from '../../../src/api/resource.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import type { Api } from '../api.ts';
import { checkOwnNamespace } from '../verbs/check-own-namespace.ts';
import { createOn, findHandler, kindOf } from '../verbs/create-on.ts';
import { finalize } from '../verbs/finalize.ts';
import { getScale, patchScale, updateScale } from '../verbs/scale.ts';
import { statusAnswer, type Answer } from './answer.ts';
import type { Expected } from './decode-body.ts';
import type { HttpRequest } from './http-request.ts';
import { inProtobufOf } from './message-of.ts';
import { judgePatched, readPatch } from './read-patch.ts';
import { readWriteOptions } from './read-options.ts';
import { recordBody, recordPatch } from './record-request.ts';
import { requireAcceptable } from './require-acceptable.ts';
import { resourceNotFound } from './resource-not-found.ts';
import { checkApplyOptions, decode, expectedOf, methodNotAllowed, NO_OPTIONS, writeOf } from './serve-resource.ts';
import { SCALE_BODY } from './scale-body.ts';
import { Scale } from '../../kinds/autoscaling/v1/scale.ts';

/** One verb on a subresource that is neither the status nor a stream. Throws `StatusError`. */
export async function serveSubresource(api: Api, request: HttpRequest, resource: Resource): Promise<Answer> {
  const { info } = request;
  if (info.subresource === 'scale' && resource.scale !== undefined) return serveScale(api, request, resource);
  if (info.subresource === 'finalize' && resource.group === '' && resource.plural === 'namespaces') {
    if (info.verb !== 'update') throw methodNotAllowed();
    requireAcceptable(request, inProtobufOf(resource));
    const options = readWriteOptions(request, 'UpdateOptions');
    const body = await decode(request, expectedOf(resource), options);
    await recordBody(request, resource, body);
    const stored = await finalize(api, writeOf(request, resource, options), body);
    return { type: 'object', code: 200, resource, object: stored };
  }
  const handler = findHandler(api, { resource, subresource: info.subresource });
  if (handler === undefined) throw resourceNotFound();
  if (info.verb !== 'create') throw methodNotAllowed();
  // What a handler without a schema answers is not known.
  requireAcceptable(request, handler.body === undefined ? 'nothing' : inProtobufOf(handler.body), { inTables: false });
  const options = readWriteOptions(request, 'CreateOptions');
  const expected: Expected = {
    ...kindOf(handler),
    node: handler.body === undefined ? ANYTHING : wholeNode(handler.body),
    ...(handler.body?.formerVersions === undefined ? {} : { formerVersions: handler.body.formerVersions }),
  };
  const body = await decode(request, expected, handler.body === undefined ? NO_OPTIONS : options);
  await recordBody(request, handler.body, body);
  const write = writeOf(request, resource, options);
  checkOwnNamespace(write, body);
  const { answer } = await createOn(api, write, body);
  if (answer.kind === 'Status' && 'status' in answer) return statusAnswer({ code: 201, ...answer });
  const said = handler.body?.kind === answer.kind ? { resource: handler.body } : {};
  return { type: 'value', code: 201, value: answer, ...said };
}

/** A handler without a schema reads its body itself; nothing of it is known here. */
const ANYTHING: Expected['node'] = { kind: 'object', props: {}, meta: {} };

async function serveScale(api: Api, request: HttpRequest, resource: Resource): Promise<Answer> {
  const { info } = request;
  requireAcceptable(request, 'all');
  switch (info.verb) {
    case 'get':
      return scaleAnswer(await getScale(api, writeOf(request, resource, NO_OPTIONS)));
    case 'update': {
      const options = readWriteOptions(request, 'UpdateOptions');
      const body = await decode(request, SCALE_BODY, options);
      await recordBody(request, Scale, body);
      return scaleAnswer(await updateScale(api, writeOf(request, resource, options), body));
    }
    case 'patch': {
      const options = readWriteOptions(request, 'PatchOptions');
      const read = await readPatch(request);
      await recordPatch(request, read.patch.body);
      const judge = judgePatched(request, SCALE_BODY, options, read);
      const { force } = checkApplyOptions(request, read.patch);
      return scaleAnswer(await patchScale(api, writeOf(request, resource, options), read.patch, { force }, judge));
    }
    default:
      throw methodNotAllowed();
  }
}

const scaleAnswer = (value: object): Answer => ({ type: 'value', code: 200, value, resource: Scale });
