import type { AnyObject } from '../../../../src/api/object-meta.ts';

/** A pod of its node alone, which the API only shows. */
export const isStaticPod = ({ metadata }: Pick<AnyObject, 'metadata'>): boolean =>
  metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
