-- Why: what amendments and mark_details held moves into the one history of marks. They are read as their owner, past the
-- row-level security that is forced on them: without that an owner who is no superuser would move nothing and drop all.
-- Ids are made as UUIDv7 are, of the time, since the history of a mark is read in the order of its acts.
-- Locks: ACCESS EXCLUSIVE on amendments, mark_details, registers and attendance_years while the rows are copied.
ALTER TABLE "amendments" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "mark_details" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "registers" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "attendance_years" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
INSERT INTO "attendance_acts" (school_id, id, kind, register_id, acted_at, actor)
  SELECT school_id, (lpad(to_hex((extract(epoch FROM taken_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid,
    'taken', id, taken_at, coalesce(taken_by, '') FROM "registers" WHERE taken_at IS NOT NULL;
--> statement-breakpoint
CREATE TEMPORARY TABLE "moved_acts" AS
  SELECT school_id, register_id, register_version,
         (lpad(to_hex((extract(epoch FROM min(amended_at)) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid AS id, min(reason) AS reason,
         min(amended_at) AS acted_at, min(amended_by) AS actor
  FROM "amendments" GROUP BY school_id, register_id, register_version;
--> statement-breakpoint
INSERT INTO "attendance_acts" (school_id, id, kind, register_id, reason, acted_at, actor)
  SELECT school_id, id, 'amended', register_id, reason, acted_at, actor FROM "moved_acts";
--> statement-breakpoint
-- Details were kept for the present mark only: they belong to its last amendment, or to its first entry.
INSERT INTO "mark_entries" (school_id, pupil_id, date, session, act_id, lesson_register_id, was, becomes, minutes_late, comment)
  SELECT a.school_id, a.pupil_id, a.date, a.session, m.id, CASE WHEN r.kind = 'lesson' THEN r.id END, a.was, a.becomes,
         d.minutes_late, d.comment
  FROM "amendments" a
  JOIN "moved_acts" m USING (school_id, register_id, register_version)
  JOIN "registers" r ON r.school_id = a.school_id AND r.id = a.register_id
  LEFT JOIN "mark_details" d ON d.school_id = a.school_id AND d.register_id = a.register_id AND d.pupil_id = a.pupil_id
    AND a.register_version = (SELECT max(x.register_version) FROM "amendments" x
      WHERE x.school_id = a.school_id AND x.register_id = a.register_id AND x.pupil_id = a.pupil_id);
--> statement-breakpoint
INSERT INTO "mark_entries" (school_id, pupil_id, date, session, act_id, lesson_register_id, was, becomes, minutes_late, comment)
  SELECT d.school_id, d.pupil_id, r.date, r.session, t.id, CASE WHEN r.kind = 'lesson' THEN r.id END, '.',
         coalesce(
           CASE WHEN r.kind = 'lesson' THEN substr(r.lesson_marks, array_position(r.lesson_pupil_ids, d.pupil_id), 1) ELSE
             (SELECT substr(y.marks, (r.date - y.starts_on) * 2 + CASE r.session WHEN 'PM' THEN 2 ELSE 1 END, 1)
              FROM "attendance_years" y
              WHERE y.school_id = d.school_id AND y.pupil_id = d.pupil_id AND r.date - y.starts_on BETWEEN 0 AND length(y.marks) / 2 - 1) END,
           '.'),
         d.minutes_late, d.comment
  FROM "mark_details" d
  JOIN "registers" r ON r.school_id = d.school_id AND r.id = d.register_id
  JOIN "attendance_acts" t ON t.school_id = r.school_id AND t.register_id = r.id AND t.kind = 'taken'
  WHERE NOT EXISTS (SELECT FROM "amendments" a
    WHERE a.school_id = d.school_id AND a.register_id = d.register_id AND a.pupil_id = d.pupil_id);
--> statement-breakpoint
DROP TABLE "moved_acts";
--> statement-breakpoint
DROP TABLE "amendments" CASCADE;
--> statement-breakpoint
DROP TABLE "mark_details" CASCADE;
