import { duplicate, required, type FieldError } from '../../../../src/api/field-error.ts';
import { object, string, time, type Stored } from '../../../../src/schema/schema.ts';

const flowCondition = (name: string) =>
  object({
    type: string().omitEmpty().doc('Name of the aspect.').at(1),
    status: string().omitEmpty().doc('Whether it holds: True, False or Unknown.').at(2),
    lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(3),
    reason: string().omitEmpty().doc('Why, in one word.').at(4),
    message: string().omitEmpty().doc('Why, for people.').at(5),
  })
    .named(`io.k8s.api.flowcontrol.v1.${name}`)
    .doc('One aspect of its state.');

export const flowSchemaCondition = flowCondition('FlowSchemaCondition');
export const priorityLevelCondition = flowCondition('PriorityLevelConfigurationCondition');
export type FlowCondition = Stored<typeof flowSchemaCondition>;

/** Each aspect is told of once, by its name. */
export function validateConditions(conditions: readonly FlowCondition[] = []): readonly FieldError[] {
  return conditions.flatMap(({ type = '' }, index) => {
    const field = `status.conditions[${index}].type`;
    const isSaid = conditions.slice(0, index).some(each => (each.type ?? '') === type);
    return [...(isSaid ? [duplicate(field, type)] : []), ...(type === '' ? [required(field)] : [])];
  });
}
