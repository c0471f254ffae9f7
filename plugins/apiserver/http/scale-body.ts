import { wholeNode } from '../../../src/api/whole-node.ts';
import { Scale } from '../../kinds/autoscaling/v1/scale.ts';
import type { Expected } from './decode-body.ts';

export const SCALE_BODY: Expected = { apiVersion: 'autoscaling/v1', kind: 'Scale', node: wholeNode(Scale) };
