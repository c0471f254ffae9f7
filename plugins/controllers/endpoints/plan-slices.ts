import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { Endpoint, EndpointPort } from '../../kinds/discovery/v1/endpoint.ts';
import type { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { ENDPOINTS_PER_SLICE } from '../limits.ts';

/** Endpoints that share an address family and ports, and so may share slices. */
export interface EndpointGroup {
  readonly addressType: EndpointSlice['addressType'];
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export type SliceContent = EndpointGroup;

export interface SlicePlan {
  readonly create: readonly SliceContent[];
  readonly update: readonly { readonly slice: EndpointSlice; readonly content: SliceContent }[];
  readonly remove: readonly EndpointSlice[];
}

/**
 * Changes as few slices as it can: what is still wanted stays where it is, what is new fills slices that
 * change anyway, then one that has room for all of it, then new slices.
 */
export function planSlices(groups: readonly EndpointGroup[], existing: readonly EndpointSlice[]): SlicePlan {
  const plans = groups.map(group =>
    planGroup(
      group,
      existing.filter(slice => isOfGroup(slice, group)),
    ),
  );
  const unmatched = existing.filter(slice => !groups.some(group => isOfGroup(slice, group)));
  const create = plans.flatMap(plan => plan.create);
  const remove = [...unmatched, ...plans.flatMap(plan => plan.remove)];
  const update = plans.flatMap(plan => plan.update);
  return reuse({ create, update, remove });
}

function planGroup(group: EndpointGroup, slices: readonly EndpointSlice[]): SlicePlan {
  const wanted = new Map(group.endpoints.map(endpoint => [identityOf(endpoint), endpoint]));
  const contents = slices.map(slice => {
    const before = slice.endpoints ?? [];
    const kept = before.flatMap(endpoint => {
      const fresh = wanted.get(identityOf(endpoint));
      wanted.delete(identityOf(endpoint));
      return fresh === undefined ? [] : [fresh];
    });
    return { slice, endpoints: kept, isChanged: !isDeepEqual(kept, before) };
  });
  const added = [...wanted.values()];
  for (const content of contents.filter(({ isChanged }) => isChanged)) {
    content.endpoints.push(...added.splice(0, ENDPOINTS_PER_SLICE - content.endpoints.length));
  }
  const create: SliceContent[] = [];
  while (added.length > 0) {
    const chunk = added.splice(0, ENDPOINTS_PER_SLICE);
    const fits = contents
      .filter(({ endpoints }) => endpoints.length > 0 && endpoints.length + chunk.length <= ENDPOINTS_PER_SLICE)
      .sort((a, b) => b.endpoints.length - a.endpoints.length)[0];
    if (fits === undefined) create.push({ ...group, endpoints: chunk });
    else fits.endpoints.push(...chunk);
  }
  const isEmptyGroup = group.endpoints.length === 0;
  return {
    create: isEmptyGroup && slices.length === 0 ? [group] : create,
    update: contents
      .filter(
        ({ slice, endpoints }, index) =>
          (endpoints.length > 0 || (isEmptyGroup && index === 0)) && !isDeepEqual(endpoints, slice.endpoints ?? []),
      )
      .map(({ slice, endpoints }) => ({ slice, content: { ...group, endpoints } })),
    remove: contents
      .filter(({ endpoints }, index) => endpoints.length === 0 && !(isEmptyGroup && index === 0))
      .map(({ slice }) => slice),
  };
}

/** A slice to be removed takes the content of one to be created: one write instead of two. */
function reuse({ create, update, remove }: SlicePlan): SlicePlan {
  const left = [...remove];
  const made: SliceContent[] = [];
  const reused: SlicePlan['update'][number][] = [];
  for (const content of create) {
    const index = left.findIndex(slice => slice.addressType === content.addressType);
    const [slice] = index < 0 ? [] : left.splice(index, 1);
    if (slice === undefined) made.push(content);
    else reused.push({ slice, content });
  }
  return { create: made, update: [...update, ...reused], remove: left };
}

/** An address of a pod, or one that belongs to nothing we know. */
const identityOf = ({ targetRef, addresses }: Endpoint): string => `${targetRef?.uid ?? ''} ${addresses[0] ?? ''}`;

const isOfGroup = (slice: EndpointSlice, group: EndpointGroup): boolean =>
  slice.addressType === group.addressType && isDeepEqual(slice.ports ?? [], group.ports);
