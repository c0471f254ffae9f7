import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allocated, claim, slice, type Case } from './testing/allocated.ts';

/** A device by the value of its attribute, and whether another claim has it. */
interface Given {
  readonly model: number;
  readonly isTaken: boolean;
}
/** A request by its count, the model it selects (any unless given), and whether it is for who looks after devices. */
interface Asked {
  readonly count: number;
  readonly model: number | undefined;
  readonly isAdmin: boolean;
}
interface AskedClaim {
  readonly requests: readonly Asked[];
  readonly constraint: 'matchAttribute' | 'distinctAttribute' | undefined;
}

const givens = fc.array(fc.record({ model: fc.nat(1), isTaken: fc.boolean() }), { maxLength: 5 });
const asked = fc.record({
  count: fc.integer({ min: 1, max: 2 }),
  model: fc.option(fc.nat(1), { nil: undefined }),
  isAdmin: fc.boolean(),
});
const claims = fc.array(
  fc.record({
    requests: fc.array(asked, { minLength: 1, maxLength: 2 }),
    constraint: fc.constantFrom('matchAttribute' as const, 'distinctAttribute' as const, undefined),
  }),
  { minLength: 1, maxLength: 2 },
);

const inputOf = (devices: readonly Given[], of: readonly AskedClaim[]): Case => ({
  slices: [
    slice({
      devices: devices.map(({ model }, index) => ({ name: `d${index}`, attributes: { model: { int: model } } })),
    }),
  ],
  others: devices.flatMap(({ isTaken }, index) =>
    isTaken
      ? [
          claim({ requests: [] }, `other-${index}`, {
            allocation: { devices: { results: [{ request: 'r', driver: 'd.x', pool: 'p', device: `d${index}` }] } },
          }),
        ]
      : [],
  ),
  claims: of.map(({ requests, constraint }, nth) =>
    claim(
      {
        requests: requests.map(({ count, model, isAdmin }, index) => ({
          name: `r${index}`,
          exactly: {
            deviceClassName: 'class',
            count,
            adminAccess: isAdmin,
            selectors:
              model === undefined ? [] : [{ cel: { expression: `device.attributes["d.x"].model == ${model}` } }],
          },
        })),
        constraints: constraint === undefined ? [] : [{ [constraint]: 'd.x/model' }],
      },
      `c${nth}`,
    ),
  ),
});

/** One device of one request of one claim. */
interface Place {
  readonly claim: number;
  readonly ask: Asked;
}
const placesOf = (of: readonly AskedClaim[]): readonly Place[] =>
  of.flatMap(({ requests }, nth) =>
    requests.flatMap(ask => Array.from({ length: ask.count }, () => ({ claim: nth, ask }))),
  );

/** Whether devices, by their index, may be in the places together. */
function isRight(
  devices: readonly Given[],
  of: readonly AskedClaim[],
  places: readonly Place[],
  chosen: readonly number[],
): boolean {
  const model = (index: number): number | undefined => devices[index]?.model;
  const areFit = places.every(({ ask }, n) => {
    const device = devices[chosen[n] ?? -1];
    return device !== undefined && (ask.isAdmin || !device.isTaken) && (ask.model ?? device.model) === device.model;
  });
  const areDistinct = places.every(({ claim: nth, ask }, n) =>
    chosen.slice(0, n).every((other, before) => other !== chosen[n] || (ask.isAdmin && places[before]?.claim !== nth)),
  );
  const areAllowed = of.every(({ constraint }, nth) => {
    const models = chosen.filter((_, n) => places[n]?.claim === nth).map(model);
    const kinds = new Set(models).size;
    return constraint === undefined || (constraint === 'matchAttribute' ? kinds <= 1 : kinds === models.length);
  });
  return areFit && areDistinct && areAllowed;
}

/** By trying everything. */
function exists(devices: readonly Given[], of: readonly AskedClaim[]): boolean {
  const places = placesOf(of);
  const tryFrom = (chosen: readonly number[]): boolean => {
    if (chosen.length === places.length) return isRight(devices, of, places, chosen);
    if (!isRight(devices, [], places.slice(0, chosen.length), chosen)) return false;
    return devices.some((_, index) => tryFrom([...chosen, index]));
  };
  return tryFrom([]);
}

it('gives no device twice, none that is not asked for, and what there is', () => {
  fc.assert(
    fc.property(givens, claims, (devices, of) => {
      const allocation = allocated(inputOf(devices, of));
      if (allocation.type !== 'allocated') {
        expect(allocation).toEqual({ type: 'lacking' });
        expect(exists(devices, of)).toBe(false);
        return;
      }
      const chosen = allocation.results.flatMap(({ devices: { results = [] } }) =>
        results.map(({ device }) => Number(device.slice(1))),
      );
      const places = placesOf(of);
      expect(chosen).toHaveLength(places.length);
      expect(isRight(devices, of, places, chosen)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
