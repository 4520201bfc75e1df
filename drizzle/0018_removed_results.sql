-- Why: a copy of the gradebook that goes by dates hears of results that the school removed, and of what programs deleted. Both
-- tables hold ids and places, no values; both have a pupil_id, so that reach and withholding hold on them. created_at says under
-- which id a removed result was known: nothing was removed into removed_results before, so the moment of the migration serves.
-- Locks: ACCESS EXCLUSIVE on gradebook_results for a moment (now() is worked out once, so nothing is rewritten), and on the new tables.
CREATE TABLE "gradebook_tombstones" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"collection" text NOT NULL,
	"sourced_id" text NOT NULL,
	"deleted_at" timestamp(3) with time zone NOT NULL,
	"class_id" uuid,
	"item" text,
	"pupil_id" uuid,
	"aspect_id" uuid,
	"result_set_id" uuid,
	"type" text,
	"created_at" timestamp(3) with time zone,
	CONSTRAINT "gradebook_tombstones__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "removed_results" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"pupil_id" uuid NOT NULL,
	"aspect_id" uuid NOT NULL,
	"result_set_id" uuid NOT NULL,
	"type" text NOT NULL,
	"group_id" uuid,
	"removed_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "removed_results__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
ALTER TABLE "gradebook_results" ADD COLUMN "created_at" timestamp(3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "gradebook_tombstones__sourced_id" ON "gradebook_tombstones" USING btree ("school_id","collection","sourced_id");--> statement-breakpoint
CREATE INDEX "gradebook_tombstones__place" ON "gradebook_tombstones" USING btree ("school_id","pupil_id","aspect_id","result_set_id","type");--> statement-breakpoint
CREATE INDEX "removed_results__place" ON "removed_results" USING btree ("school_id","pupil_id","aspect_id","result_set_id","type");
