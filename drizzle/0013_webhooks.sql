-- Why: endpoints of apps, the messages to them and every attempt.
-- Locks: ACCESS EXCLUSIVE on new tables only.
CREATE TABLE "webhook_attempts" (
	"school_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"number" smallint NOT NULL,
	"attempted_at" timestamp(3) with time zone NOT NULL,
	"status" smallint,
	"latency_ms" integer NOT NULL,
	"error" text,
	CONSTRAINT "webhook_attempts__pkey" PRIMARY KEY("school_id","message_id","number")
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"app_id" text NOT NULL,
	"url" text NOT NULL,
	"resources" text[],
	"is_ordered" boolean NOT NULL,
	"state" text NOT NULL,
	"disabled_reason" text,
	"keys" text NOT NULL,
	"position" jsonb NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"leased_until" timestamp(3) with time zone,
	CONSTRAINT "webhook_endpoints__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "webhook_messages" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"type" text NOT NULL,
	"from_number" bigint,
	"until_number" bigint,
	"body" text NOT NULL,
	"state" text NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone NOT NULL,
	"delivered_at" timestamp(3) with time zone,
	CONSTRAINT "webhook_messages__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts__message_id" FOREIGN KEY ("school_id","message_id") REFERENCES "public"."webhook_messages"("school_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_messages" ADD CONSTRAINT "webhook_messages__endpoint_id" FOREIGN KEY ("school_id","endpoint_id") REFERENCES "public"."webhook_endpoints"("school_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "webhook_endpoints__app" ON "webhook_endpoints" USING btree ("school_id","app_id");--> statement-breakpoint
CREATE INDEX "webhook_messages__endpoint" ON "webhook_messages" USING btree ("school_id","endpoint_id","state","id");