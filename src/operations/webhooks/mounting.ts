import { entityTag } from '../../foundation/http/etag.ts'
import type { Context } from '../../foundation/http/mount.ts'
import type { Resource } from '../../foundation/resource/resource.ts'
import type { Asked } from '../feed/page.ts'
import type { EndpointDeps } from './endpoints.ts'

export interface WebhookDeps extends EndpointDeps {
  resources: readonly Resource[]
}

export const path = '/webhook-endpoints'
export const writing = { scope: 'webhooks:write', tag: 'webhooks', cost: 5 } as const
export const idOf = ({ request }: Context) => (request.params as { id: string }).id
export const tagOf = (version: number) => entityTag(version, 'webhook')

/** The feed as an endpoint with these resources sees it. */
export function askedBy(
  { db, who }: Context,
  { resources }: WebhookDeps,
  named: readonly string[] | null | undefined,
): Asked {
  const wanted = resources.filter((of) => named?.includes(of.name) ?? true)
  return { db, who, resources: wanted, limit: 1, hasRecords: false }
}
