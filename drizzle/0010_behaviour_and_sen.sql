-- Why: what was done about behaviour and who looks again; SEN status, needs, strategies and plans with their dates.
-- Locks: ACCESS EXCLUSIVE on behaviour_events for a moment and while its indexes are built; new tables.
CREATE TABLE "sen_needs" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"need" text NOT NULL,
	"rank" smallint NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	CONSTRAINT "sen_needs__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "sen_needs__order" CHECK ("sen_needs"."valid_until" is null or "sen_needs"."valid_from" < "sen_needs"."valid_until")
);
--> statement-breakpoint
CREATE TABLE "sen_plans" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"title" text NOT NULL,
	"outcomes" jsonb NOT NULL,
	"starts_on" date NOT NULL,
	"review_on" date NOT NULL,
	"reviewed_on" date,
	"review_note" text,
	CONSTRAINT "sen_plans__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "sen_plans__order" CHECK ("sen_plans"."starts_on" <= "sen_plans"."review_on")
);
--> statement-breakpoint
CREATE TABLE "sen_statuses" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"status" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	CONSTRAINT "sen_statuses__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "sen_statuses__order" CHECK ("sen_statuses"."valid_until" is null or "sen_statuses"."valid_from" < "sen_statuses"."valid_until")
);
--> statement-breakpoint
CREATE TABLE "sen_strategies" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"strategy" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	CONSTRAINT "sen_strategies__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "sen_strategies__order" CHECK ("sen_strategies"."valid_until" is null or "sen_strategies"."valid_from" < "sen_strategies"."valid_until")
);
--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD COLUMN "lesson_id" text;--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD COLUMN "place" text;--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD COLUMN "occurrence_id" uuid;--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD COLUMN "involvement" text DEFAULT 'involved' NOT NULL;--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD COLUMN "action" text;--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD COLUMN "follow_up_on" date;--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD COLUMN "followed_up_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "sen_needs" ADD CONSTRAINT "sen_needs__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sen_plans" ADD CONSTRAINT "sen_plans__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sen_statuses" ADD CONSTRAINT "sen_statuses__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sen_strategies" ADD CONSTRAINT "sen_strategies__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sen_needs__pupil" ON "sen_needs" USING btree ("school_id","pupil_id");--> statement-breakpoint
CREATE INDEX "sen_plans__pupil" ON "sen_plans" USING btree ("school_id","pupil_id");--> statement-breakpoint
CREATE INDEX "sen_plans__review" ON "sen_plans" USING btree ("school_id","review_on");--> statement-breakpoint
CREATE INDEX "sen_statuses__pupil" ON "sen_statuses" USING btree ("school_id","pupil_id");--> statement-breakpoint
CREATE INDEX "sen_strategies__pupil" ON "sen_strategies" USING btree ("school_id","pupil_id");--> statement-breakpoint
CREATE INDEX "behaviour_events__occurrence" ON "behaviour_events" USING btree ("school_id","occurrence_id");--> statement-breakpoint
CREATE INDEX "behaviour_events__follow_up" ON "behaviour_events" USING btree ("school_id","follow_up_on");
--> statement-breakpoint
ALTER TABLE "sen_statuses" ADD CONSTRAINT "sen_statuses__no_overlap"
  EXCLUDE USING gist ("school_id" WITH =, "pupil_id" WITH =, daterange("valid_from", "valid_until") WITH &&);
--> statement-breakpoint
ALTER TABLE "sen_needs" ADD CONSTRAINT "sen_needs__no_overlap"
  EXCLUDE USING gist ("school_id" WITH =, "pupil_id" WITH =, "rank" WITH =, daterange("valid_from", "valid_until") WITH &&);
