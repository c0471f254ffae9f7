import { deleteOptions } from '../../../src/api/delete-options-schema.ts';
import { object, string } from '../../../src/schema/schema.ts';
import type { Expected } from './decode-body.ts';

const shared = object({ apiVersion: string().optional(), kind: string().optional() }).node;

/** The body of a delete; it may call itself of any group's version. */
export const DELETE_OPTIONS_BODY: Expected = {
  apiVersion: '',
  kind: 'DeleteOptions',
  node: {
    kind: 'object',
    meta: deleteOptions.node.meta,
    props: {
      ...(shared.kind === 'object' ? shared.props : {}),
      ...(deleteOptions.node.kind === 'object' ? deleteOptions.node.props : {}),
    },
  },
};
