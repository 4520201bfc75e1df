-- Why: lessons that are cancelled, moved, covered or in another room on one day; clashes that the school allows.
-- Locks: ACCESS EXCLUSIVE on registers while the index of its occasions is built anew; a moment on timetable_entries.
CREATE TABLE "lesson_changes" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"entry_id" uuid NOT NULL,
	"date" date NOT NULL,
	"kind" text NOT NULL,
	"to_date" date,
	"period_id" uuid,
	"room_id" uuid,
	"staff_id" uuid,
	"reason" text,
	"clash_override" text,
	CONSTRAINT "lesson_changes__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "lesson_changes__lesson" UNIQUE("school_id","entry_id","date")
);
--> statement-breakpoint
ALTER TABLE "registers" DROP CONSTRAINT "registers__occasion";--> statement-breakpoint
ALTER TABLE "registers" ADD COLUMN "lesson_on" date;--> statement-breakpoint
ALTER TABLE "timetable_entries" ADD COLUMN "clash_override" text;--> statement-breakpoint
ALTER TABLE "lesson_changes" ADD CONSTRAINT "lesson_changes__entry_id" FOREIGN KEY ("school_id","entry_id") REFERENCES "public"."timetable_entries"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lesson_changes" ADD CONSTRAINT "lesson_changes__period_id" FOREIGN KEY ("school_id","period_id") REFERENCES "public"."periods"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lesson_changes" ADD CONSTRAINT "lesson_changes__room_id" FOREIGN KEY ("school_id","room_id") REFERENCES "public"."rooms"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lesson_changes" ADD CONSTRAINT "lesson_changes__staff_id" FOREIGN KEY ("school_id","staff_id") REFERENCES "public"."staff"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "lesson_changes__date" ON "lesson_changes" USING btree ("school_id","date");--> statement-breakpoint
CREATE INDEX "lesson_changes__to_date" ON "lesson_changes" USING btree ("school_id","to_date");--> statement-breakpoint
CREATE INDEX "lesson_changes__staff" ON "lesson_changes" USING btree ("school_id","staff_id");--> statement-breakpoint
ALTER TABLE "registers" ADD CONSTRAINT "registers__occasion" UNIQUE NULLS NOT DISTINCT("school_id","date","group_id","session","kind","entry_id","lesson_on");
--> statement-breakpoint
ALTER TABLE "lesson_changes" ADD CONSTRAINT "lesson_changes__kind" CHECK (
  CASE "kind"
    WHEN 'cancelled' THEN "to_date" IS NULL AND "period_id" IS NULL AND "room_id" IS NULL AND "staff_id" IS NULL
    WHEN 'moved' THEN "to_date" IS NOT NULL OR "period_id" IS NOT NULL
    WHEN 'room' THEN "room_id" IS NOT NULL
    WHEN 'cover' THEN "staff_id" IS NOT NULL
    ELSE "kind" = 'exam'
  END);
