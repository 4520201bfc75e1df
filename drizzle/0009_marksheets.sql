-- Why: templates of marksheets.
-- Locks: ACCESS EXCLUSIVE on a new table.
CREATE TABLE "marksheet_templates" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"name" text NOT NULL,
	"columns" jsonb NOT NULL,
	CONSTRAINT "marksheet_templates__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "marksheet_templates__name" UNIQUE("school_id","name")
);
