-- Why: what VLEs write into the gradebook beside the score: ids of their own, categories, dates, comments, flags. Scores are
-- rows of results; gradebook_results has their place and a pupil_id, so that reach and withholding hold on it as well.
-- Locks: ACCESS EXCLUSIVE on new tables; SHARE ROW EXCLUSIVE on groups, aspects, result_sets and pupils for a moment.
CREATE TABLE "gradebook_categories" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"sourced_id" text NOT NULL,
	"metadata" json,
	"written_by" text NOT NULL,
	"title" text NOT NULL,
	"weight" numeric,
	CONSTRAINT "gradebook_categories__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "gradebook_categories__sourced_id" UNIQUE("school_id","sourced_id")
);
--> statement-breakpoint
CREATE TABLE "gradebook_line_items" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"sourced_id" text NOT NULL,
	"metadata" json,
	"written_by" text NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"description" text,
	"class_id" uuid,
	"assign_at" timestamp(3) with time zone,
	"due_at" timestamp(3) with time zone,
	"category" text,
	"grading_period" text,
	"academic_session" text,
	"score_scale" text,
	"parent" text,
	"result_value_min" numeric,
	"result_value_max" numeric,
	"learning_objectives" json,
	"aspect_id" uuid NOT NULL,
	"result_set_id" uuid NOT NULL,
	CONSTRAINT "gradebook_line_items__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "gradebook_line_items__sourced_id" UNIQUE("school_id","kind","sourced_id"),
	CONSTRAINT "gradebook_line_items__aspect" UNIQUE("school_id","aspect_id"),
	CONSTRAINT "gradebook_line_items__whose" CHECK ("gradebook_line_items"."kind" = 'assessment' or "gradebook_line_items"."class_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "gradebook_results" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"sourced_id" text NOT NULL,
	"metadata" json,
	"written_by" text NOT NULL,
	"kind" text NOT NULL,
	"pupil_id" uuid NOT NULL,
	"class_id" uuid,
	"aspect_id" uuid NOT NULL,
	"result_set_id" uuid NOT NULL,
	"type" text NOT NULL,
	"value" text,
	"score" numeric,
	"text_score" text,
	"score_status" text NOT NULL,
	"score_date" date NOT NULL,
	"comment" text,
	"score_scale" text,
	"score_percentile" numeric,
	"is_in_progress" boolean,
	"is_incomplete" boolean,
	"is_late" boolean,
	"is_missing" boolean,
	"learning_objectives" json,
	CONSTRAINT "gradebook_results__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "gradebook_results__sourced_id" UNIQUE("school_id","kind","sourced_id"),
	CONSTRAINT "gradebook_results__place" UNIQUE("school_id","pupil_id","aspect_id","result_set_id","type","kind")
);
--> statement-breakpoint
CREATE TABLE "gradebook_score_scales" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"sourced_id" text NOT NULL,
	"metadata" json,
	"written_by" text NOT NULL,
	"title" text NOT NULL,
	"type" text NOT NULL,
	"class_id" uuid NOT NULL,
	"course" text,
	"values" json NOT NULL,
	CONSTRAINT "gradebook_score_scales__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "gradebook_score_scales__sourced_id" UNIQUE("school_id","sourced_id")
);
--> statement-breakpoint
ALTER TABLE "gradebook_line_items" ADD CONSTRAINT "gradebook_line_items__class_id" FOREIGN KEY ("school_id","class_id") REFERENCES "public"."groups"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gradebook_line_items" ADD CONSTRAINT "gradebook_line_items__aspect_id" FOREIGN KEY ("school_id","aspect_id") REFERENCES "public"."aspects"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gradebook_line_items" ADD CONSTRAINT "gradebook_line_items__result_set_id" FOREIGN KEY ("school_id","result_set_id") REFERENCES "public"."result_sets"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gradebook_results" ADD CONSTRAINT "gradebook_results__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gradebook_score_scales" ADD CONSTRAINT "gradebook_score_scales__class_id" FOREIGN KEY ("school_id","class_id") REFERENCES "public"."groups"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "gradebook_line_items__class" ON "gradebook_line_items" USING btree ("school_id","class_id");--> statement-breakpoint
CREATE INDEX "gradebook_results__item" ON "gradebook_results" USING btree ("school_id","aspect_id","result_set_id");