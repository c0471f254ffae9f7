import { int32, listMap, object, string, type Stored } from '../../../../src/schema/schema.ts';
import { priorityLevelCondition } from './flow-condition.ts';

const V1 = 'io.k8s.api.flowcontrol.v1';

const queuingConfiguration = object({
  queues: int32().whenEmpty(64).tells(0).doc('How many queues there are.').at(1),
  handSize: int32().whenEmpty(8).tells(0).doc('How many of them one flow may use.').at(2),
  queueLengthLimit: int32().whenEmpty(50).tells(0).doc('How long each may be.').at(3),
})
  .named(`${V1}.QueuingConfiguration`)
  .doc('How requests wait.');
export type QueuingConfiguration = Stored<typeof queuingConfiguration>;

const limitResponse = object({
  type: string().zero().doc('Queue or Reject.').at(1),
  queuing: queuingConfiguration.optional().at(2),
})
  .named(`${V1}.LimitResponse`)
  .union({ queuing: 'Queuing' }, 'type')
  .doc('What becomes of requests that are too many.');
export type LimitResponse = Stored<typeof limitResponse>;

const lendablePercent = int32().default(0).tells(null).doc('How much of its share others may have, in percent.');

const limited = object({
  nominalConcurrencyShares: int32().default(30).doc('Its share of all requests served at once.').at(1),
  limitResponse: limitResponse.present().at(2),
  lendablePercent: lendablePercent.at(3),
  borrowingLimitPercent: int32().optional().doc('How much it may have of others, in percent of its own.').at(4),
})
  .named(`${V1}.LimitedPriorityLevelConfiguration`)
  .doc('A level whose requests are limited.');
export type LimitedPriorityLevel = Stored<typeof limited>;

const exempt = object({
  nominalConcurrencyShares: int32().default(0).tells(null).doc('What it lends from.').at(1),
  lendablePercent: lendablePercent.at(2),
})
  .named(`${V1}.ExemptPriorityLevelConfiguration`)
  .doc('A level whose requests are never held up.');
export type ExemptPriorityLevel = Stored<typeof exempt>;

export const priorityLevelConfigurationSpec = object({
  type: string().zero().doc('Exempt or Limited.').at(1),
  limited: limited.optional().at(2),
  exempt: exempt.optional().at(3),
})
  .named(`${V1}.PriorityLevelConfigurationSpec`)
  .union({ exempt: 'Exempt', limited: 'Limited' }, 'type')
  .doc('How many requests of a level are served at once.');
export type PriorityLevelConfigurationSpec = Stored<typeof priorityLevelConfigurationSpec>;

export const priorityLevelConfigurationStatus = object({
  conditions: listMap(priorityLevelCondition, 'type').omitEmpty().doc('Aspects of its state.').at(1),
})
  .named(`${V1}.PriorityLevelConfigurationStatus`)
  .doc('How it fares.');
export type PriorityLevelConfigurationStatus = Stored<typeof priorityLevelConfigurationStatus>;
