-- Why: every table of the first release. Generated from the table.ts files, read by people.
-- Locks: none that matter; nothing exists yet.
CREATE TABLE "client_secrets" (
	"client_id" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone,
	CONSTRAINT "client_secrets__pkey" PRIMARY KEY("client_id","hash")
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"id" text PRIMARY KEY NOT NULL,
	"school_id" uuid NOT NULL,
	"name" text NOT NULL,
	"auth_method" text NOT NULL,
	"jwks" jsonb,
	"scopes" text[] NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"revoked_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "oauth_payloads" (
	"model" text NOT NULL,
	"id" text NOT NULL,
	"payload" jsonb NOT NULL,
	"grant_id" text,
	"uid" text,
	"user_code" text,
	"consumed_at" timestamp(3) with time zone,
	"expires_at" timestamp(3) with time zone,
	CONSTRAINT "oauth_payloads__pkey" PRIMARY KEY("model","id")
);
--> statement-breakpoint
CREATE TABLE "revocations" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"revoked_at" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"kid" text PRIMARY KEY NOT NULL,
	"private_jwk" jsonb NOT NULL,
	"public_jwk" jsonb NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"activates_at" timestamp(3) with time zone NOT NULL,
	"retires_at" timestamp(3) with time zone,
	"expires_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "import_jobs" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"format" text NOT NULL,
	"status" text NOT NULL,
	"mode" text NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp(3) with time zone NOT NULL,
	"finished_at" timestamp(3) with time zone,
	"bytes" integer NOT NULL,
	"report" jsonb,
	CONSTRAINT "import_jobs__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "source_ids" (
	"school_id" uuid NOT NULL,
	"source" text NOT NULL,
	"kind" text NOT NULL,
	"source_id" text NOT NULL,
	"record_id" uuid NOT NULL,
	CONSTRAINT "source_ids__pkey" PRIMARY KEY("school_id","source","kind","source_id"),
	CONSTRAINT "source_ids__record" UNIQUE("school_id","source","kind","record_id")
);
--> statement-breakpoint
CREATE TABLE "aspects" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"subject_id" uuid,
	"type" text NOT NULL,
	"grade_set_id" uuid,
	"minimum" numeric,
	"maximum" numeric,
	"decimals" smallint,
	CONSTRAINT "aspects__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "aspects__code" UNIQUE("school_id","code"),
	CONSTRAINT "aspects__grade_set" CHECK (("aspects"."type" = 'grade') = ("aspects"."grade_set_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "grade_set_versions" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"grade_set_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"valid_from" date NOT NULL,
	"grades" jsonb NOT NULL,
	CONSTRAINT "grade_set_versions__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "grade_set_versions__number" UNIQUE("school_id","grade_set_id","number"),
	CONSTRAINT "grade_set_versions__valid_from" UNIQUE("school_id","grade_set_id","valid_from")
);
--> statement-breakpoint
CREATE TABLE "grade_sets" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "grade_sets__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "grade_sets__code" UNIQUE("school_id","code")
);
--> statement-breakpoint
CREATE TABLE "result_sets" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"academic_year_id" uuid,
	"opens_on" date NOT NULL,
	"closes_on" date NOT NULL,
	"locked_at" timestamp(3) with time zone,
	"locked_by" text,
	CONSTRAINT "result_sets__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "result_sets__code" UNIQUE("school_id","code"),
	CONSTRAINT "result_sets__order" CHECK ("result_sets"."opens_on" <= "result_sets"."closes_on")
);
--> statement-breakpoint
CREATE TABLE "results" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"aspect_id" uuid NOT NULL,
	"result_set_id" uuid NOT NULL,
	"type" text NOT NULL,
	"value" text NOT NULL,
	"numeric_value" numeric,
	"grade_set_version_id" uuid,
	"recorded_at" timestamp(3) with time zone NOT NULL,
	"recorded_by" text NOT NULL,
	CONSTRAINT "results__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "results__place" UNIQUE("school_id","pupil_id","aspect_id","result_set_id","type")
);
--> statement-breakpoint
CREATE TABLE "amendments" (
	"school_id" uuid NOT NULL,
	"register_id" uuid NOT NULL,
	"pupil_id" uuid NOT NULL,
	"register_version" bigint NOT NULL,
	"date" date NOT NULL,
	"session" text NOT NULL,
	"was" text NOT NULL,
	"becomes" text NOT NULL,
	"reason" text,
	"amended_at" timestamp(3) with time zone NOT NULL,
	"amended_by" text NOT NULL,
	CONSTRAINT "amendments__pkey" PRIMARY KEY("school_id","register_id","pupil_id","register_version")
);
--> statement-breakpoint
CREATE TABLE "attendance_years" (
	"school_id" uuid NOT NULL,
	"academic_year_id" uuid NOT NULL,
	"pupil_id" uuid NOT NULL,
	"starts_on" date NOT NULL,
	"marks" text NOT NULL,
	"present" smallint DEFAULT 0 NOT NULL,
	"educational" smallint DEFAULT 0 NOT NULL,
	"authorised" smallint DEFAULT 0 NOT NULL,
	"unauthorised" smallint DEFAULT 0 NOT NULL,
	"not_possible" smallint DEFAULT 0 NOT NULL,
	"late" smallint DEFAULT 0 NOT NULL,
	CONSTRAINT "attendance_years__pkey" PRIMARY KEY("school_id","academic_year_id","pupil_id")
);
--> statement-breakpoint
CREATE TABLE "mark_details" (
	"school_id" uuid NOT NULL,
	"register_id" uuid NOT NULL,
	"pupil_id" uuid NOT NULL,
	"minutes_late" smallint,
	"comment" text,
	CONSTRAINT "mark_details__pkey" PRIMARY KEY("school_id","register_id","pupil_id")
);
--> statement-breakpoint
CREATE TABLE "registers" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"date" date NOT NULL,
	"session" text NOT NULL,
	"group_id" uuid NOT NULL,
	"entry_id" uuid,
	"taken_at" timestamp(3) with time zone,
	"taken_by" text,
	"lesson_pupil_ids" uuid[],
	"lesson_marks" text,
	CONSTRAINT "registers__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "registers__occasion" UNIQUE NULLS NOT DISTINCT("school_id","date","group_id","session","kind","entry_id"),
	CONSTRAINT "registers__kind" CHECK (("registers"."kind" = 'lesson') = ("registers"."entry_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "behaviour_events" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"type" text NOT NULL,
	"points" smallint NOT NULL,
	"occurred_on" date NOT NULL,
	"group_id" uuid,
	"staff_id" uuid,
	"comment" text,
	CONSTRAINT "behaviour_events__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "academic_years" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"name" text NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date NOT NULL,
	"cycle_weeks" smallint DEFAULT 1 NOT NULL,
	"cycle_starts_on" date NOT NULL,
	"cycle_skips_closed_weeks" boolean DEFAULT true NOT NULL,
	CONSTRAINT "academic_years__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "academic_years__starts_on" UNIQUE("school_id","starts_on"),
	CONSTRAINT "academic_years__order" CHECK ("academic_years"."starts_on" < "academic_years"."ends_on"),
	CONSTRAINT "academic_years__length" CHECK ("academic_years"."ends_on" - "academic_years"."starts_on" < 372)
);
--> statement-breakpoint
CREATE TABLE "closures" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date NOT NULL,
	"sessions" text DEFAULT 'both' NOT NULL,
	CONSTRAINT "closures__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "closures__order" CHECK ("closures"."starts_on" <= "closures"."ends_on")
);
--> statement-breakpoint
CREATE TABLE "periods" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"name" text NOT NULL,
	"weekday" smallint NOT NULL,
	"starts_at" time(0) NOT NULL,
	"ends_at" time(0) NOT NULL,
	"kind" text DEFAULT 'lesson' NOT NULL,
	"session" text NOT NULL,
	CONSTRAINT "periods__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "periods__name" UNIQUE("school_id","weekday","name"),
	CONSTRAINT "periods__order" CHECK ("periods"."starts_at" < "periods"."ends_at")
);
--> statement-breakpoint
CREATE TABLE "terms" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"academic_year_id" uuid NOT NULL,
	"name" text NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date NOT NULL,
	CONSTRAINT "terms__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "terms__order" CHECK ("terms"."starts_on" <= "terms"."ends_on")
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"notes" text,
	CONSTRAINT "contacts__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "pupil_contacts" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"relationship" text NOT NULL,
	"priority" smallint NOT NULL,
	"has_parental_responsibility" boolean DEFAULT false NOT NULL,
	"is_court_order_restricted" boolean DEFAULT false NOT NULL,
	"lives_with_pupil" boolean DEFAULT false NOT NULL,
	CONSTRAINT "pupil_contacts__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "pupil_contacts__pupil_contact" UNIQUE("school_id","pupil_id","contact_id")
);
--> statement-breakpoint
CREATE TABLE "groups" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"academic_year_id" uuid,
	"subject_id" uuid,
	"year_group" smallint,
	CONSTRAINT "groups__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "groups__code" UNIQUE NULLS NOT DISTINCT("school_id","kind","academic_year_id","code")
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"group_id" uuid NOT NULL,
	"pupil_id" uuid,
	"staff_id" uuid,
	"role" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	CONSTRAINT "memberships__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "memberships__one_person" CHECK (("memberships"."pupil_id" is null) <> ("memberships"."staff_id" is null)),
	CONSTRAINT "memberships__role" CHECK (("memberships"."role" = 'pupil') = ("memberships"."pupil_id" is not null)),
	CONSTRAINT "memberships__order" CHECK ("memberships"."valid_until" is null or "memberships"."valid_from" < "memberships"."valid_until")
);
--> statement-breakpoint
CREATE TABLE "people" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"title" text,
	"legal_given_name" text NOT NULL,
	"legal_middle_names" text,
	"legal_family_name" text NOT NULL,
	"preferred_given_name" text,
	"preferred_family_name" text,
	"birth_date" date,
	"sex" text,
	"email" text,
	"phone" text,
	"address" jsonb,
	CONSTRAINT "people__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "enrolments" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"status" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	"leaving_reason" text,
	"destination" text,
	CONSTRAINT "enrolments__pkey" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "pupils" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"admission_number" text NOT NULL,
	"upn" text,
	"former_upn" text,
	"uln" text,
	"year_group" smallint NOT NULL,
	"ethnicity" text,
	"first_language" text,
	"religion" text,
	"sen_status" text,
	"sen_needs" jsonb,
	"sen_notes" text,
	"medical_conditions" jsonb,
	"medical_notes" text,
	"is_free_school_meals" boolean,
	"is_pupil_premium" boolean,
	"is_in_care" boolean,
	"enrolment_status" text NOT NULL,
	"enrolled_on" date NOT NULL,
	"left_on" date,
	CONSTRAINT "pupils__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "pupils__admission_number" UNIQUE("school_id","admission_number"),
	CONSTRAINT "pupils__upn" UNIQUE("school_id","upn"),
	CONSTRAINT "pupils__uln" UNIQUE("school_id","uln")
);
--> statement-breakpoint
CREATE TABLE "rooms" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"capacity" smallint,
	"is_active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "rooms__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "rooms__code" UNIQUE("school_id","code")
);
--> statement-breakpoint
CREATE TABLE "schools" (
	"school_id" uuid PRIMARY KEY NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"name" text NOT NULL,
	"laestab" text,
	"urn" integer,
	"phase" text,
	"phone" text,
	"email" text,
	"website" text,
	"address" jsonb
);
--> statement-breakpoint
CREATE TABLE "staff" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"code" text NOT NULL,
	"role" text NOT NULL,
	"kind" text DEFAULT 'teaching' NOT NULL,
	"employed_from" date,
	"employed_until" date,
	CONSTRAINT "staff__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "staff__code" UNIQUE("school_id","code")
);
--> statement-breakpoint
CREATE TABLE "subjects" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "subjects__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "subjects__code" UNIQUE("school_id","code")
);
--> statement-breakpoint
CREATE TABLE "timetable_entries" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"group_id" uuid NOT NULL,
	"period_id" uuid NOT NULL,
	"staff_id" uuid,
	"room_id" uuid,
	"subject_id" uuid,
	"week" smallint,
	"valid_from" date NOT NULL,
	"valid_until" date,
	CONSTRAINT "timetable_entries__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "timetable_entries__order" CHECK ("timetable_entries"."valid_until" is null or "timetable_entries"."valid_from" < "timetable_entries"."valid_until"),
	CONSTRAINT "timetable_entries__week" CHECK ("timetable_entries"."week" in (1, 2))
);
--> statement-breakpoint
CREATE TABLE "change_counters" (
	"school_id" uuid PRIMARY KEY NOT NULL,
	"number" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"school_id" uuid NOT NULL,
	"number" bigint NOT NULL,
	"changed_at" timestamp(3) with time zone NOT NULL,
	"resource" text NOT NULL,
	"record_id" uuid NOT NULL,
	"action" text NOT NULL,
	"fields" text[],
	"pupil_ids" uuid[],
	"actor" text NOT NULL,
	"correlation_id" text NOT NULL,
	CONSTRAINT "changes__pkey" PRIMARY KEY("school_id","number")
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"school_id" uuid NOT NULL,
	"client_id" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"status" integer NOT NULL,
	"headers" jsonb NOT NULL,
	"body" text NOT NULL,
	"stored_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys__pkey" PRIMARY KEY("school_id","client_id","key")
);
--> statement-breakpoint
ALTER TABLE "client_secrets" ADD CONSTRAINT "client_secrets_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "aspects" ADD CONSTRAINT "aspects__subject_id" FOREIGN KEY ("school_id","subject_id") REFERENCES "public"."subjects"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "aspects" ADD CONSTRAINT "aspects__grade_set_id" FOREIGN KEY ("school_id","grade_set_id") REFERENCES "public"."grade_sets"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grade_set_versions" ADD CONSTRAINT "grade_set_versions__grade_set_id" FOREIGN KEY ("school_id","grade_set_id") REFERENCES "public"."grade_sets"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "result_sets" ADD CONSTRAINT "result_sets__academic_year_id" FOREIGN KEY ("school_id","academic_year_id") REFERENCES "public"."academic_years"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "results" ADD CONSTRAINT "results__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "results" ADD CONSTRAINT "results__aspect_id" FOREIGN KEY ("school_id","aspect_id") REFERENCES "public"."aspects"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "results" ADD CONSTRAINT "results__result_set_id" FOREIGN KEY ("school_id","result_set_id") REFERENCES "public"."result_sets"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "results" ADD CONSTRAINT "results__grade_set_version_id" FOREIGN KEY ("school_id","grade_set_version_id") REFERENCES "public"."grade_set_versions"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amendments" ADD CONSTRAINT "amendments__register_id" FOREIGN KEY ("school_id","register_id") REFERENCES "public"."registers"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "amendments" ADD CONSTRAINT "amendments__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attendance_years" ADD CONSTRAINT "attendance_years__academic_year_id" FOREIGN KEY ("school_id","academic_year_id") REFERENCES "public"."academic_years"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attendance_years" ADD CONSTRAINT "attendance_years__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark_details" ADD CONSTRAINT "mark_details__register_id" FOREIGN KEY ("school_id","register_id") REFERENCES "public"."registers"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark_details" ADD CONSTRAINT "mark_details__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registers" ADD CONSTRAINT "registers__group_id" FOREIGN KEY ("school_id","group_id") REFERENCES "public"."groups"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registers" ADD CONSTRAINT "registers__entry_id" FOREIGN KEY ("school_id","entry_id") REFERENCES "public"."timetable_entries"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD CONSTRAINT "behaviour_events__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD CONSTRAINT "behaviour_events__group_id" FOREIGN KEY ("school_id","group_id") REFERENCES "public"."groups"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "behaviour_events" ADD CONSTRAINT "behaviour_events__staff_id" FOREIGN KEY ("school_id","staff_id") REFERENCES "public"."staff"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terms" ADD CONSTRAINT "terms__academic_year_id" FOREIGN KEY ("school_id","academic_year_id") REFERENCES "public"."academic_years"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts__id" FOREIGN KEY ("school_id","id") REFERENCES "public"."people"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pupil_contacts" ADD CONSTRAINT "pupil_contacts__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pupil_contacts" ADD CONSTRAINT "pupil_contacts__contact_id" FOREIGN KEY ("school_id","contact_id") REFERENCES "public"."contacts"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "groups" ADD CONSTRAINT "groups__academic_year_id" FOREIGN KEY ("school_id","academic_year_id") REFERENCES "public"."academic_years"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "groups" ADD CONSTRAINT "groups__subject_id" FOREIGN KEY ("school_id","subject_id") REFERENCES "public"."subjects"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships__group_id" FOREIGN KEY ("school_id","group_id") REFERENCES "public"."groups"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships__staff_id" FOREIGN KEY ("school_id","staff_id") REFERENCES "public"."staff"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolments" ADD CONSTRAINT "enrolments__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pupils" ADD CONSTRAINT "pupils__id" FOREIGN KEY ("school_id","id") REFERENCES "public"."people"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff" ADD CONSTRAINT "staff__id" FOREIGN KEY ("school_id","id") REFERENCES "public"."people"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "timetable_entries" ADD CONSTRAINT "timetable_entries__group_id" FOREIGN KEY ("school_id","group_id") REFERENCES "public"."groups"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "timetable_entries" ADD CONSTRAINT "timetable_entries__period_id" FOREIGN KEY ("school_id","period_id") REFERENCES "public"."periods"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "timetable_entries" ADD CONSTRAINT "timetable_entries__staff_id" FOREIGN KEY ("school_id","staff_id") REFERENCES "public"."staff"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "timetable_entries" ADD CONSTRAINT "timetable_entries__room_id" FOREIGN KEY ("school_id","room_id") REFERENCES "public"."rooms"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "timetable_entries" ADD CONSTRAINT "timetable_entries__subject_id" FOREIGN KEY ("school_id","subject_id") REFERENCES "public"."subjects"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "clients__school" ON "clients" USING btree ("school_id");--> statement-breakpoint
CREATE INDEX "oauth_payloads__grant" ON "oauth_payloads" USING btree ("grant_id");--> statement-breakpoint
CREATE INDEX "oauth_payloads__uid" ON "oauth_payloads" USING btree ("uid");--> statement-breakpoint
CREATE INDEX "oauth_payloads__user_code" ON "oauth_payloads" USING btree ("user_code");--> statement-breakpoint
CREATE INDEX "oauth_payloads__expires_at" ON "oauth_payloads" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "revocations__expires_at" ON "revocations" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "results__set" ON "results" USING btree ("school_id","result_set_id","aspect_id");--> statement-breakpoint
CREATE INDEX "amendments__pupil_date" ON "amendments" USING btree ("school_id","pupil_id","date");--> statement-breakpoint
CREATE INDEX "behaviour_events__pupil" ON "behaviour_events" USING btree ("school_id","pupil_id","occurred_on");--> statement-breakpoint
CREATE INDEX "closures__starts_on" ON "closures" USING btree ("school_id","starts_on");--> statement-breakpoint
CREATE INDEX "terms__academic_year" ON "terms" USING btree ("school_id","academic_year_id");--> statement-breakpoint
CREATE INDEX "pupil_contacts__contact" ON "pupil_contacts" USING btree ("school_id","contact_id");--> statement-breakpoint
CREATE INDEX "memberships__group" ON "memberships" USING btree ("school_id","group_id");--> statement-breakpoint
CREATE INDEX "memberships__pupil" ON "memberships" USING btree ("school_id","pupil_id");--> statement-breakpoint
CREATE INDEX "memberships__staff" ON "memberships" USING btree ("school_id","staff_id");--> statement-breakpoint
CREATE INDEX "people__name" ON "people" USING btree ("school_id","legal_family_name","legal_given_name");--> statement-breakpoint
CREATE INDEX "enrolments__pupil" ON "enrolments" USING btree ("school_id","pupil_id");--> statement-breakpoint
CREATE INDEX "pupils__year_group" ON "pupils" USING btree ("school_id","year_group");--> statement-breakpoint
CREATE INDEX "timetable_entries__group" ON "timetable_entries" USING btree ("school_id","group_id");--> statement-breakpoint
CREATE INDEX "timetable_entries__staff" ON "timetable_entries" USING btree ("school_id","staff_id");--> statement-breakpoint
CREATE INDEX "timetable_entries__period" ON "timetable_entries" USING btree ("school_id","period_id");--> statement-breakpoint
CREATE INDEX "timetable_entries__room" ON "timetable_entries" USING btree ("school_id","room_id");--> statement-breakpoint
CREATE INDEX "changes__record" ON "changes" USING btree ("school_id","resource","record_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys__stored_at" ON "idempotency_keys" USING btree ("school_id","stored_at");