import { convertObject } from '../../src/api/convert-object.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import type { AdmissionRequest } from '../apiserver/contract.ts';
import type { Reviewed } from './review-request.ts';
import { isOfItself } from './request-of.ts';

/** A request's objects as the kind that was asked for. */
export const viewOf = (request: AdmissionRequest): Reviewed => {
  const { resource, object, oldObject } = request;
  return { request, as: resource, object, oldObject };
};

/** The same as another kind shows them; what is no object of the resource has one form. */
export async function shownAs(view: Reviewed, as: Resource): Promise<Reviewed> {
  if (view.as === as) return view;
  const shown = async (object: AnyObject | undefined): Promise<AnyObject | undefined> =>
    object === undefined || !isOfItself(view.request, object, view.as) ? object : convertObject(view.as, as, object);
  return { ...view, as, object: await shown(view.object), oldObject: await shown(view.oldObject) };
}
