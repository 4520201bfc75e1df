import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { relate, resource } from '../../foundation/resource/resource.ts'
import { pupil } from '../pupils/queries.ts'
import { pupils } from '../pupils/table.ts'
import {
  NeedFilter,
  need,
  PlanFilter,
  plan,
  StatusFilter,
  StrategyFilter,
  status,
  strategy,
} from './schema.ts'
import { senNeeds, senPlans, senStatuses, senStrategies } from './table.ts'

const holdsOn =
  ({ validFrom, validUntil }: { validFrom: PgColumn; validUntil: PgColumn }) =>
  (day: SQL) =>
    sql`${validFrom} <= ${day}::date and (${validUntil} is null or ${validUntil} > ${day}::date)`

const order = {
  code: 'rule-broken',
  path: '/validUntil',
  message: 'validUntil lies after validFrom: it is the first day on which it no longer holds.',
} as const

/** All of it belongs to the field group `sen`: staff reach it with a recent second factor. */
const common = { scope: 'pupils.sen', tag: 'sen' } as const

export const senStatus = resource({
  ...common,
  path: '/sen-statuses',
  one: 'SenStatus',
  many: 'SenStatuses',
  phrase: 'a SEN status',
  row: status.Row,
  filter: StatusFilter,
  view: {
    table: senStatuses,
    fields: {
      id: senStatuses.id,
      updatedAt: senStatuses.updatedAt,
      pupilId: senStatuses.pupilId,
      status: senStatuses.status,
      validFrom: senStatuses.validFrom,
      validUntil: senStatuses.validUntil,
    },
    filters: { asOf: holdsOn(senStatuses) },
    sorts: { validFrom: senStatuses.validFrom },
  },
  constraints: {
    sen_statuses__order: order,
    sen_statuses__no_overlap: {
      code: 'periods-overlap',
      path: '/validFrom',
      message: 'The pupil has a status in this time already.',
    },
  },
})

export const senNeed = resource({
  ...common,
  path: '/sen-needs',
  one: 'SenNeed',
  phrase: 'a SEN need',
  row: need.Row,
  filter: NeedFilter,
  view: {
    table: senNeeds,
    fields: {
      id: senNeeds.id,
      updatedAt: senNeeds.updatedAt,
      pupilId: senNeeds.pupilId,
      need: senNeeds.need,
      rank: senNeeds.rank,
      validFrom: senNeeds.validFrom,
      validUntil: senNeeds.validUntil,
    },
    filters: { asOf: holdsOn(senNeeds) },
    sorts: { rank: senNeeds.rank },
  },
  constraints: {
    sen_needs__order: order,
    sen_needs__no_overlap: {
      code: 'periods-overlap',
      path: '/rank',
      message: 'Another need of the pupil has this rank in this time.',
    },
  },
})

export const senStrategy = resource({
  ...common,
  path: '/sen-strategies',
  one: 'SenStrategy',
  many: 'SenStrategies',
  phrase: 'a SEN strategy',
  row: strategy.Row,
  filter: StrategyFilter,
  view: {
    table: senStrategies,
    fields: {
      id: senStrategies.id,
      updatedAt: senStrategies.updatedAt,
      pupilId: senStrategies.pupilId,
      strategy: senStrategies.strategy,
      validFrom: senStrategies.validFrom,
      validUntil: senStrategies.validUntil,
    },
    filters: { asOf: holdsOn(senStrategies) },
    sorts: { validFrom: senStrategies.validFrom },
  },
  constraints: { sen_strategies__order: order },
})

export const senPlan = resource({
  ...common,
  path: '/sen-plans',
  one: 'SenPlan',
  phrase: 'a SEN plan',
  row: plan.Row,
  filter: PlanFilter,
  view: {
    table: senPlans,
    fields: {
      id: senPlans.id,
      updatedAt: senPlans.updatedAt,
      pupilId: senPlans.pupilId,
      title: senPlans.title,
      outcomes: senPlans.outcomes,
      startsOn: senPlans.startsOn,
      reviewOn: senPlans.reviewOn,
      reviewedOn: senPlans.reviewedOn,
      reviewNote: senPlans.reviewNote,
    },
    filters: {
      reviewBefore: (day) => sql`${senPlans.reviewedOn} is null and ${senPlans.reviewOn} < ${day}::date`,
    },
    sorts: { reviewOn: senPlans.reviewOn },
  },
  constraints: {
    sen_plans__order: {
      code: 'rule-broken',
      path: '/reviewOn',
      message: 'A plan is reviewed after it starts.',
    },
  },
})

for (const [of, column] of [
  [senStatus, senStatuses.pupilId],
  [senNeed, senNeeds.pupilId],
  [senStrategy, senStrategies.pupilId],
  [senPlan, senPlans.pupilId],
] as const)
  relate(of, 'pupil', {
    target: pupil,
    isMany: false,
    on: sql`${pupils.id} = ${column}`,
    description: 'The pupil.',
  })
