-- Why: secret addresses of personal calendars.
-- Locks: ACCESS EXCLUSIVE on a new table.
CREATE TABLE "calendar_feeds" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"account_id" uuid NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"app" text NOT NULL,
	CONSTRAINT "calendar_feeds__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "calendar_feeds__account" UNIQUE("school_id","account_id"),
	CONSTRAINT "calendar_feeds__secret" UNIQUE("school_id","secret_hash")
);
