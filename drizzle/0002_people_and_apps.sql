-- Why: people who sign in, what a school agrees with an app, roles, the ledger of disclosures and the audit chain.
-- Locks: ACCESS EXCLUSIVE on new tables; a moment on clients for columns with constant defaults.
CREATE TABLE "accounts" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"login" text NOT NULL,
	"status" text NOT NULL,
	"password_hash" text,
	"totp_secret" text,
	"totp_last_step" bigint,
	"created_at" timestamp(3) with time zone NOT NULL,
	"last_signed_in_at" timestamp(3) with time zone,
	CONSTRAINT "accounts__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "accounts__person" UNIQUE("school_id","person_id","kind"),
	CONSTRAINT "accounts__login" UNIQUE("school_id","login")
);
--> statement-breakpoint
CREATE TABLE "brands" (
	"school_id" uuid NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"colour" text NOT NULL,
	"display_name" text NOT NULL,
	CONSTRAINT "brands__pkey" PRIMARY KEY("school_id")
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"school_id" uuid NOT NULL,
	"provider_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"account_id" uuid NOT NULL,
	"linked_at" timestamp(3) with time zone NOT NULL,
	"linked_by" text NOT NULL,
	CONSTRAINT "identities__pkey" PRIMARY KEY("school_id","provider_id","subject")
);
--> statement-breakpoint
CREATE TABLE "identity_providers" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"issuer" text NOT NULL,
	"client_id" text NOT NULL,
	"client_secret" text NOT NULL,
	"allowed" text,
	CONSTRAINT "identity_providers__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "identity_providers__issuer" UNIQUE("school_id","issuer","client_id")
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"used_at" timestamp(3) with time zone,
	CONSTRAINT "invitations__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "invitations__token" UNIQUE("school_id","token_hash")
);
--> statement-breakpoint
CREATE TABLE "passkeys" (
	"school_id" uuid NOT NULL,
	"credential_id" text NOT NULL,
	"account_id" uuid NOT NULL,
	"public_key" "bytea" NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"last_used_at" timestamp(3) with time zone,
	CONSTRAINT "passkeys__pkey" PRIMARY KEY("school_id","credential_id")
);
--> statement-breakpoint
CREATE TABLE "client_schools" (
	"client_id" text NOT NULL,
	"school_id" uuid NOT NULL,
	CONSTRAINT "client_schools__pkey" PRIMARY KEY("client_id","school_id")
);
--> statement-breakpoint
CREATE TABLE "role_assignments" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"year_group" smallint,
	"valid_from" date NOT NULL,
	"valid_until" date,
	CONSTRAINT "role_assignments__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "role_assignments__year_group" CHECK (("role_assignments"."role" = 'head-of-year') = ("role_assignments"."year_group" is not null)),
	CONSTRAINT "role_assignments__order" CHECK ("role_assignments"."valid_until" is null or "role_assignments"."valid_from" < "role_assignments"."valid_until")
);
--> statement-breakpoint
CREATE TABLE "role_permissions" (
	"school_id" uuid NOT NULL,
	"role" text NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"scopes" text[] NOT NULL,
	CONSTRAINT "role_permissions__pkey" PRIMARY KEY("school_id","role")
);
--> statement-breakpoint
CREATE TABLE "agreement_acts" (
	"school_id" uuid NOT NULL,
	"agreement_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"act" text NOT NULL,
	"version" integer,
	"acted_at" timestamp(3) with time zone NOT NULL,
	"acted_by" text NOT NULL,
	"note" text,
	CONSTRAINT "agreement_acts__pkey" PRIMARY KEY("school_id","agreement_id","number")
);
--> statement-breakpoint
CREATE TABLE "agreement_versions" (
	"school_id" uuid NOT NULL,
	"agreement_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"terms" jsonb NOT NULL,
	"prepared_at" timestamp(3) with time zone NOT NULL,
	"prepared_by" text NOT NULL,
	CONSTRAINT "agreement_versions__pkey" PRIMARY KEY("school_id","agreement_id","number")
);
--> statement-breakpoint
CREATE TABLE "agreements" (
	"school_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"app_id" text NOT NULL,
	"state" text NOT NULL,
	"draft_version" integer,
	"version_in_force" integer,
	"scopes" text[] NOT NULL,
	"expires_on" date,
	"has_withheld" boolean DEFAULT false NOT NULL,
	"ended_at" timestamp(3) with time zone,
	"end_reason" text,
	"deleted_at" timestamp(3) with time zone,
	"deletion_statement" text,
	CONSTRAINT "agreements__pkey" PRIMARY KEY("school_id","id"),
	CONSTRAINT "agreements__app_id" UNIQUE("school_id","app_id")
);
--> statement-breakpoint
CREATE TABLE "withheld_pupils" (
	"school_id" uuid NOT NULL,
	"agreement_id" uuid NOT NULL,
	"pupil_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"withheld_at" timestamp(3) with time zone NOT NULL,
	"withheld_by" text NOT NULL,
	CONSTRAINT "withheld_pupils__pkey" PRIMARY KEY("school_id","agreement_id","pupil_id")
);
--> statement-breakpoint
CREATE TABLE "audit_counters" (
	"school_id" uuid NOT NULL,
	"number" bigint NOT NULL,
	CONSTRAINT "audit_counters__pkey" PRIMARY KEY("school_id")
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"school_id" uuid NOT NULL,
	"number" bigint NOT NULL,
	"occurred_at" timestamp(3) with time zone NOT NULL,
	"event" text NOT NULL,
	"app_id" text,
	"account_id" text,
	"subject" text,
	"details" jsonb NOT NULL,
	CONSTRAINT "audit_events__pkey" PRIMARY KEY("school_id","number")
);
--> statement-breakpoint
CREATE TABLE "audit_seals" (
	"school_id" uuid NOT NULL,
	"number" bigint NOT NULL,
	"sealed_at" timestamp(3) with time zone NOT NULL,
	"changes_until" bigint NOT NULL,
	"events_until" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	"signature" text NOT NULL,
	CONSTRAINT "audit_seals__pkey" PRIMARY KEY("school_id","number")
);
--> statement-breakpoint
CREATE TABLE "disclosures" (
	"school_id" uuid NOT NULL,
	"pupil_id" uuid NOT NULL,
	"hour" timestamp(3) with time zone NOT NULL,
	"app_id" text NOT NULL,
	"account_id" uuid NOT NULL,
	"agreement_version" integer NOT NULL,
	"operation" text NOT NULL,
	"field_groups" text NOT NULL,
	"times" integer NOT NULL,
	"first_at" timestamp(3) with time zone NOT NULL,
	"last_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "disclosures__pkey" PRIMARY KEY("school_id","pupil_id","hour","app_id","account_id","agreement_version","operation","field_groups")
);
--> statement-breakpoint
ALTER TABLE "clients" ALTER COLUMN "school_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "publisher" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "kind" text DEFAULT 'service' NOT NULL;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "optional_scopes" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "redirect_uris" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "post_logout_redirect_uris" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "privacy_notice" text;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "data_location" text;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "sub_processors" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts__person_id" FOREIGN KEY ("school_id","person_id") REFERENCES "public"."people"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities__provider_id" FOREIGN KEY ("school_id","provider_id") REFERENCES "public"."identity_providers"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities__account_id" FOREIGN KEY ("school_id","account_id") REFERENCES "public"."accounts"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations__account_id" FOREIGN KEY ("school_id","account_id") REFERENCES "public"."accounts"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys__account_id" FOREIGN KEY ("school_id","account_id") REFERENCES "public"."accounts"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_schools" ADD CONSTRAINT "client_schools_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_assignments" ADD CONSTRAINT "role_assignments__person_id" FOREIGN KEY ("school_id","person_id") REFERENCES "public"."people"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement_acts" ADD CONSTRAINT "agreement_acts__agreement_id" FOREIGN KEY ("school_id","agreement_id") REFERENCES "public"."agreements"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement_versions" ADD CONSTRAINT "agreement_versions__agreement_id" FOREIGN KEY ("school_id","agreement_id") REFERENCES "public"."agreements"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "withheld_pupils" ADD CONSTRAINT "withheld_pupils__agreement_id" FOREIGN KEY ("school_id","agreement_id") REFERENCES "public"."agreements"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "withheld_pupils" ADD CONSTRAINT "withheld_pupils__pupil_id" FOREIGN KEY ("school_id","pupil_id") REFERENCES "public"."pupils"("school_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "identities__account" ON "identities" USING btree ("school_id","account_id");--> statement-breakpoint
CREATE INDEX "passkeys__account" ON "passkeys" USING btree ("school_id","account_id");--> statement-breakpoint
CREATE INDEX "client_schools__school" ON "client_schools" USING btree ("school_id");--> statement-breakpoint
CREATE INDEX "role_assignments__person" ON "role_assignments" USING btree ("school_id","person_id");--> statement-breakpoint
CREATE INDEX "withheld_pupils__pupil" ON "withheld_pupils" USING btree ("school_id","pupil_id");--> statement-breakpoint
CREATE INDEX "disclosures__hour" ON "disclosures" USING btree ("school_id","hour");