-- Why: results and behaviour reach guardians and pupils from a set time on. What is there already stays as visible as it was:
-- a default fills it in, since an UPDATE would see no row behind row-level security that is forced upon the owner.
-- Locks: ACCESS EXCLUSIVE on result_sets, behaviour_events and results for a moment.
ALTER TABLE "result_sets" ADD COLUMN "publishes_at" timestamp(3) with time zone DEFAULT now();
--> statement-breakpoint
ALTER TABLE "result_sets" ALTER COLUMN "publishes_at" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD COLUMN "publishes_at" timestamp(3) with time zone DEFAULT now();
--> statement-breakpoint
ALTER TABLE "behaviour_events" ALTER COLUMN "publishes_at" DROP DEFAULT;
--> statement-breakpoint
-- `app.family_at` is set in transactions of guardians and pupils (src/operations/access/sight.ts): the moment at which they look.
CREATE POLICY "results__published" ON "results" AS RESTRICTIVE TO mis_app USING (
  (SELECT coalesce(current_setting('app.family_at', true), '') = '')
  OR EXISTS (
    SELECT FROM "result_sets" s
    WHERE s.school_id = "results".school_id AND s.id = "results".result_set_id
      AND s.publishes_at <= (SELECT nullif(current_setting('app.family_at', true), '')::timestamptz)));
--> statement-breakpoint
CREATE POLICY "behaviour_events__published" ON "behaviour_events" AS RESTRICTIVE TO mis_app USING (
  (SELECT coalesce(current_setting('app.family_at', true), '') = '')
  OR publishes_at <= (SELECT nullif(current_setting('app.family_at', true), '')::timestamptz));
