import type { FlowCondition } from '../kinds/flowcontrol/v1/flow-condition.ts';
import type { FlowSchemaStatus } from '../kinds/flowcontrol/v1/flow-schema-spec.ts';

/** A FlowSchema's status, with whether the level that it names is there. */
export function withDangling(
  status: FlowSchemaStatus,
  { levelName, isThere }: { readonly levelName: string; readonly isThere: boolean },
  now: string,
): FlowSchemaStatus {
  const { conditions = [] } = status;
  const references = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(levelName)}`;
  const wanted = isThere
    ? { status: 'False', reason: 'Found', message: `${references} and it exists` }
    : { status: 'True', reason: 'NotFound', message: `${references} but there is no such object` };
  const before = conditions.find(({ type }) => type === TYPE);
  const isTold =
    before?.status === wanted.status && before.reason === wanted.reason && before.message === wanted.message;
  if (isTold) return status;
  const told: FlowCondition = { type: TYPE, ...wanted, lastTransitionTime: now };
  return { ...status, conditions: [...conditions.filter(({ type }) => type !== TYPE), told] };
}

const TYPE = 'Dangling';
