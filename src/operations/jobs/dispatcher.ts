import type { Bell } from '../../foundation/db/bell.ts'

/** Rings of a school that come this close together are answered once. */
const gatherMs = 50
/** What a vanished process left behind is found this often, and what was waiting for its time. */
const leastSweepMs = 5_000
/** A sweep of many schools may take a tenth of the time: two milliseconds each. */
const pauseForSchoolMs = 20

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
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  const sweep = async () => {
    const all = await schools()
    for (const schoolId of all) if (!isOver) await look(schoolId, true)
    return all.length
  }
  const goOn = async () => {
    const count = await sweep().catch((error: unknown) => {
      onError(error)
      return 0
    })
    if (isOver) return
    timer = setTimeout(() => void goOn(), Math.max(leastSweepMs, count * pauseForSchoolMs))
    timer.unref()
  }
  void goOn()
  return () => {
    isOver = true
    clearTimeout(timer)
    for (const each of gathering.values()) clearTimeout(each)
  }
}
