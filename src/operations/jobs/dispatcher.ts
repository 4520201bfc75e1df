import type { Bell } from '../../foundation/db/bell.ts'

/** Rings of a school that come this close together are answered once. */
const gatherMs = 50
/** What a vanished process left behind is found this often, and what was waiting for its time. */
const sweepMs = 15_000

export interface DispatcherDeps {
  bell: Bell
  /** Asks the queue for what there is to do at a school. */
  look: (schoolId: string, isSweep: boolean) => Promise<void>
  /** Schools where there may be something. */
  schools: () => Promise<string[]>
  onError: (error: unknown) => void
}

/** Looks into a school when it has changed, and into all of them now and then. Returns how to stop. */
export function openDispatcher({ bell, look, schools, onError }: DispatcherDeps): () => void {
  const gathering = new Map<string, NodeJS.Timeout>()
  bell.onRing((schoolId) => {
    if (gathering.has(schoolId)) return
    const timer = setTimeout(() => {
      gathering.delete(schoolId)
      look(schoolId, false).catch(onError)
    }, gatherMs)
    gathering.set(schoolId, timer)
  })
  const sweep = async () => {
    for (const schoolId of await schools()) await look(schoolId, true)
  }
  const timer = setInterval(() => void sweep().catch(onError), sweepMs)
  timer.unref()
  void sweep().catch(onError)
  return () => {
    clearInterval(timer)
    for (const each of gathering.values()) clearTimeout(each)
  }
}
