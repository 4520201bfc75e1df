import { sql } from 'drizzle-orm'
import { type Resource, resource } from '../../foundation/resource/resource.ts'
import { type Topic, topics } from './rules.ts'
import { Droplet, DropletFilter } from './schema.ts'
import { droplets } from './table.ts'

/** Droplets of one topic: the scope of what they tell opens them, and its reach holds. */
const ofTopic = (topic: Topic): Resource =>
  resource({
    path: `/${topic}-droplets`,
    one: `${topic[0]?.toUpperCase()}${topic.slice(1)}Droplet`,
    phrase: `a droplet of ${topic}`,
    scope: topic,
    tag: 'droplets',
    row: Droplet,
    filter: DropletFilter,
    isPublished: true,
    view: {
      table: droplets,
      from: sql`(select * from droplets where topic = ${sql.raw(`'${topic}'`)}) as droplets`,
      fields: {
        id: droplets.id,
        updatedAt: droplets.updatedAt,
        kind: droplets.kind,
        audience: droplets.audience,
        personId: droplets.personId,
        pupilId: droplets.pupilId,
        resource: droplets.resource,
        recordId: droplets.recordId,
        facts: droplets.facts,
        happenedAt: droplets.happenedAt,
        visibleAt: droplets.visibleAt,
      },
      sorts: { visibleAt: droplets.visibleAt },
    },
  })

export const dropletResources: readonly Resource[] = topics.map(ofTopic)
