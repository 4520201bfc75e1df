-- Why: small facts for people, who is told what, and how far each school's log has been looked through.
-- Locks: ACCESS EXCLUSIVE on new tables only.
CREATE TABLE "droplet_rules" (
	"school_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"audience" text NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	CONSTRAINT "droplet_rules__pkey" PRIMARY KEY("school_id","kind","audience")
);
--> statement-breakpoint
CREATE TABLE "droplet_settings" (
	"school_id" uuid NOT NULL,
	"sends_email" boolean NOT NULL,
	"quiet_from" time,
	"quiet_until" time,
	"digest_at" time,
	"number" bigint NOT NULL,
	CONSTRAINT "droplet_settings__pkey" PRIMARY KEY("school_id"),
	CONSTRAINT "droplet_settings__quiet" CHECK (("droplet_settings"."quiet_from" is null) = ("droplet_settings"."quiet_until" is null))
);
--> statement-breakpoint
CREATE TABLE "droplets" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"topic" text NOT NULL,
	"kind" text NOT NULL,
	"audience" text NOT NULL,
	"person_id" uuid NOT NULL,
	"pupil_id" uuid NOT NULL,
	"resource" text NOT NULL,
	"record_id" uuid NOT NULL,
	"facts" jsonb NOT NULL,
	"happened_at" timestamp(3) with time zone NOT NULL,
	"visible_at" timestamp(3) with time zone NOT NULL,
	"mail_at" timestamp(3) with time zone,
	"mailed_at" timestamp(3) with time zone,
	CONSTRAINT "droplets__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "droplets__fact" UNIQUE("school_id","kind","person_id","pupil_id","record_id")
);
--> statement-breakpoint
CREATE INDEX "droplets__record" ON "droplets" USING btree ("school_id","record_id");--> statement-breakpoint
CREATE INDEX "droplets__mail" ON "droplets" USING btree ("school_id","mail_at") WHERE mailed_at is null and mail_at is not null;
--> statement-breakpoint
-- Families see a droplet from its time on (as results, 0007); whoever is narrowed to some pupils sees the own ones only.
CREATE POLICY "droplets__published" ON "droplets" AS RESTRICTIVE TO mis_app USING (
  (SELECT coalesce(current_setting('app.family_at', true), '') = '')
  OR visible_at <= (SELECT nullif(current_setting('app.family_at', true), '')::timestamptz));
--> statement-breakpoint
CREATE POLICY "droplets__person" ON "droplets" AS RESTRICTIVE TO mis_app USING (
  (SELECT coalesce(current_setting('app.person', true), '') = '')
  OR person_id = (SELECT nullif(current_setting('app.person', true), '')::uuid));
