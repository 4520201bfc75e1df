-- Why: one append-only history of marks (acts and entries), opening times, planned absence, part-time timetables, who is on site.
-- Locks: ACCESS EXCLUSIVE on new tables; SHARE ROW EXCLUSIVE on registers and pupils for the references to them.
CREATE TABLE "attendance_acts" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"register_id" uuid,
	"starts_on" date,
	"ends_on" date,
	"reason" text,
	"acted_at" timestamp(3) with time zone NOT NULL,
	"actor" text NOT NULL,
	"name" text,
	"position" text,
	"device_at" timestamp(3) with time zone,
	CONSTRAINT "attendance_acts__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "attendance_settings" (
	"school_id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"open_minutes" smallint NOT NULL,
	"opens_at" jsonb NOT NULL,
	"exceptions" jsonb NOT NULL,
	"derives_from" text NOT NULL,
	CONSTRAINT "attendance_settings__pkey" PRIMARY KEY("school_id")
);
--> statement-breakpoint
CREATE TABLE "mark_entries" (
	"school_id" uuid NOT NULL,
	"pupil_id" uuid NOT NULL,
	"date" date NOT NULL,
	"session" text NOT NULL,
	"act_id" uuid NOT NULL,
	"lesson_register_id" uuid,
	"was" text NOT NULL,
	"becomes" text NOT NULL,
	"minutes_late" smallint,
	"comment" text,
	CONSTRAINT "mark_entries__pkey" PRIMARY KEY("school_id","pupil_id","date","session","act_id")
);
--> statement-breakpoint
CREATE TABLE "part_time_timetables" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date NOT NULL,
	"attends" jsonb NOT NULL,
	"review_on" date,
	"reason" text,
	CONSTRAINT "part_time_timetables__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "part_time_timetables__order" CHECK ("part_time_timetables"."valid_from" < "part_time_timetables"."valid_until")
);
--> statement-breakpoint
CREATE TABLE "planned_absences" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"code" text NOT NULL,
	"starts_on" date NOT NULL,
	"starts_session" text NOT NULL,
	"ends_on" date NOT NULL,
	"ends_session" text NOT NULL,
	"comment" text,
	"outing_id" uuid,
	CONSTRAINT "planned_absences__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "planned_absences__order" CHECK (("planned_absences"."starts_on", "planned_absences"."starts_session") <= ("planned_absences"."ends_on", "planned_absences"."ends_session"))
);
--> statement-breakpoint
CREATE TABLE "site_movements" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"direction" text NOT NULL,
	"moved_at" timestamp(3) with time zone NOT NULL,
	"date" date NOT NULL,
	"reason" text,
	"actor" text NOT NULL,
	CONSTRAINT "site_movements__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
ALTER TABLE "attendance_acts" ADD CONSTRAINT "attendance_acts__register_id" FOREIGN KEY ("school_id","register_id") REFERENCES "public"."registers"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark_entries" ADD CONSTRAINT "mark_entries__act_id" FOREIGN KEY ("school_id","act_id") REFERENCES "public"."attendance_acts"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark_entries" ADD CONSTRAINT "mark_entries__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "part_time_timetables" ADD CONSTRAINT "part_time_timetables__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "planned_absences" ADD CONSTRAINT "planned_absences__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "site_movements" ADD CONSTRAINT "site_movements__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attendance_acts__register" ON "attendance_acts" USING btree ("school_id","register_id");--> statement-breakpoint
CREATE INDEX "attendance_acts__acted_at" ON "attendance_acts" USING btree ("school_id","acted_at");--> statement-breakpoint
CREATE INDEX "mark_entries__act" ON "mark_entries" USING btree ("school_id","act_id");--> statement-breakpoint
CREATE INDEX "part_time_timetables__pupil" ON "part_time_timetables" USING btree ("school_id","pupil_id");--> statement-breakpoint
CREATE INDEX "planned_absences__pupil" ON "planned_absences" USING btree ("school_id","pupil_id");--> statement-breakpoint
CREATE INDEX "planned_absences__outing" ON "planned_absences" USING btree ("school_id","outing_id");--> statement-breakpoint
CREATE INDEX "site_movements__date" ON "site_movements" USING btree ("school_id","date");--> statement-breakpoint
COMMENT ON TABLE "attendance_acts" IS 'append-only';
--> statement-breakpoint
COMMENT ON TABLE "mark_entries" IS 'append-only';
--> statement-breakpoint
COMMENT ON TABLE "site_movements" IS 'append-only';
--> statement-breakpoint
ALTER TABLE "part_time_timetables" ADD CONSTRAINT "part_time_timetables__no_overlap"
  EXCLUDE USING gist ("school_id" WITH =, "pupil_id" WITH =, daterange("valid_from", "valid_until") WITH &&);
