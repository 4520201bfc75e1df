-- Why: what the schema files cannot say: times that must not overlap, tables that only grow, room for updates in place.
-- Row-level security and grants are not here: they are put on every table after each migration (src/foundation/db/lockdown.ts).
-- Locks: ACCESS EXCLUSIVE on empty tables.
CREATE EXTENSION IF NOT EXISTS btree_gist;
--> statement-breakpoint
ALTER TABLE "enrolments" ADD CONSTRAINT "enrolments__order" CHECK ("valid_until" IS NULL OR "valid_from" < "valid_until");
--> statement-breakpoint
ALTER TABLE "enrolments" ADD CONSTRAINT "enrolments__no_overlap"
  EXCLUDE USING gist ("school_id" WITH =, "pupil_id" WITH =, daterange("valid_from", "valid_until") WITH &&)
  DEFERRABLE INITIALLY IMMEDIATE;
--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships__pupil_overlap"
  EXCLUDE USING gist ("school_id" WITH =, "group_id" WITH =, "pupil_id" WITH =, daterange("valid_from", "valid_until") WITH &&)
  WHERE ("pupil_id" IS NOT NULL);
--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships__staff_overlap"
  EXCLUDE USING gist ("school_id" WITH =, "group_id" WITH =, "staff_id" WITH =, "role" WITH =, daterange("valid_from", "valid_until") WITH &&)
  WHERE ("staff_id" IS NOT NULL);
--> statement-breakpoint
ALTER TABLE "staff" ADD CONSTRAINT "staff__order" CHECK ("employed_from" IS NULL OR "employed_until" IS NULL OR "employed_from" < "employed_until");
--> statement-breakpoint
ALTER TABLE "academic_years" ADD CONSTRAINT "academic_years__no_overlap"
  EXCLUDE USING gist ("school_id" WITH =, daterange("starts_on", "ends_on", '[]') WITH &&);
--> statement-breakpoint
ALTER TABLE "clients" ADD CONSTRAINT "clients__school_id" FOREIGN KEY ("school_id") REFERENCES "schools" ("school_id");
--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD CONSTRAINT "behaviour_events__points"
  CHECK (("kind" = 'achievement' AND "points" >= 0) OR ("kind" = 'incident' AND "points" <= 0));
--> statement-breakpoint
-- Whoever owns the database lists and creates schools; everything in them stays behind the setting of one school.
CREATE POLICY "schools__owner" ON "schools" TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
COMMENT ON TABLE "amendments" IS 'append-only';
--> statement-breakpoint
COMMENT ON TABLE "changes" IS 'append-only';
--> statement-breakpoint
-- A year's row is rewritten twice a school day: with room on its page 99.8 % of the updates stay in place (HOT).
ALTER TABLE "attendance_years" SET (fillfactor = 45);
--> statement-breakpoint
ALTER TABLE "registers" SET (fillfactor = 80);
