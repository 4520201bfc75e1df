import type { Mount } from '../../foundation/http/mount.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { deleteStaffMember, insertStaffMember, staffMember, updateStaffMember } from './queries.ts'
import { NewStaffMember, StaffMemberChange } from './schema.ts'

export const staffRoutes = (): Mount[] => [
  list(staffMember),
  read(staffMember),
  create(staffMember, { body: NewStaffMember, insert: insertStaffMember }),
  change(staffMember, { body: StaffMemberChange, update: updateStaffMember }),
  remove(staffMember, deleteStaffMember),
]
