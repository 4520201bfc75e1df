-- Why: the change feed: what callers may see, when a loss is held back, and a way to forget old entries.
-- Locks: ACCESS EXCLUSIVE on changes for a moment (a column without a default); SHARE while its partial index is built.
CREATE TABLE "feed_holds" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"agreement_id" uuid NOT NULL,
	"group_id" uuid,
	"lost" bigint NOT NULL,
	"total" bigint NOT NULL,
	"from_number" bigint NOT NULL,
	"held_at" timestamp(3) with time zone NOT NULL,
	"released_at" timestamp(3) with time zone,
	"released_by" text,
	"note" text,
	"released_number" bigint,
	CONSTRAINT "feed_holds__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "feed_sights" (
	"school_id" uuid NOT NULL,
	"id" text NOT NULL,
	"sight" jsonb NOT NULL,
	"used_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "feed_sights__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "feed_tripwires" (
	"school_id" uuid NOT NULL,
	"agreement_id" uuid NOT NULL,
	"share" smallint NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	CONSTRAINT "feed_tripwires__pkey" PRIMARY KEY("school_id","agreement_id")
);
--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "group_id" uuid;--> statement-breakpoint
ALTER TABLE "feed_holds" ADD CONSTRAINT "feed_holds__agreement_id" FOREIGN KEY ("school_id","agreement_id") REFERENCES "public"."agreements"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feed_tripwires" ADD CONSTRAINT "feed_tripwires__agreement_id" FOREIGN KEY ("school_id","agreement_id") REFERENCES "public"."agreements"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "feed_holds__agreement" ON "feed_holds" USING btree ("school_id","agreement_id","held_at");--> statement-breakpoint
CREATE INDEX "changes__losses" ON "changes" USING btree ("school_id","changed_at") WHERE action = 'removed' or (resource = 'pupils' and 'leftOn' = any(fields)) or (resource = 'memberships' and 'validUntil' = any(fields));
--> statement-breakpoint
-- Entries of a school's log may go when they are 90 days older than its latest; the serving role can do nothing else to them.
-- Returns how many went, at most 10,000 at a time, from the oldest on without leaving a gap.
CREATE FUNCTION "purge_changes"("before" timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH school AS (SELECT nullif(current_setting('app.school', true), '')::uuid AS id),
  latest AS (
    SELECT c.changed_at FROM changes c, school s WHERE c.school_id = s.id ORDER BY c.number DESC LIMIT 1
  ),
  batch AS (
    SELECT c.number, c.changed_at FROM changes c, school s WHERE c.school_id = s.id ORDER BY c.number LIMIT 10000
  ),
  kept AS (
    SELECT coalesce(
      min(b.number) FILTER (WHERE b.changed_at >= least("before", l.changed_at - interval '90 days')),
      max(b.number) + 1) AS first
    FROM batch b, latest l
  ),
  gone AS (
    DELETE FROM changes c USING school s, kept k WHERE c.school_id = s.id AND c.number < k.first RETURNING 1
  )
  SELECT count(*) FROM gone
$$;
