-- Why: tables that only grow, roles that must not overlap, and an agreement for every app that had access before agreements existed.
-- Locks: ACCESS EXCLUSIVE on empty tables; a share lock on clients for one insert.
COMMENT ON TABLE "agreement_versions" IS 'append-only';
--> statement-breakpoint
COMMENT ON TABLE "agreement_acts" IS 'append-only';
--> statement-breakpoint
COMMENT ON TABLE "audit_events" IS 'append-only';
--> statement-breakpoint
COMMENT ON TABLE "audit_seals" IS 'append-only';
--> statement-breakpoint
ALTER TABLE "role_assignments" ADD CONSTRAINT "role_assignments__no_overlap"
  EXCLUDE USING gist ("school_id" WITH =, "person_id" WITH =, "role" WITH =, coalesce("year_group", -9) WITH =,
    daterange("valid_from", "valid_until") WITH &&);
--> statement-breakpoint
INSERT INTO "agreements" ("school_id", "id", "app_id", "state", "version_in_force", "scopes", "expires_on")
  SELECT c."school_id", gen_random_uuid(), c."id", 'in-force', 1, c."scopes", (now() + interval '12 months')::date
  FROM "clients" c WHERE c."is_active" AND c."school_id" IS NOT NULL;
--> statement-breakpoint
INSERT INTO "agreement_versions" ("school_id", "agreement_id", "number", "terms", "prepared_at", "prepared_by")
  SELECT a."school_id", a."id", 1,
    jsonb_build_object('scopes', to_jsonb(a."scopes"), 'purpose', 'Access that was given before agreements were kept.',
      'expiresOn', a."expires_on", 'reviewOn', (now() + interval '3 months')::date),
    now(), 'migration'
  FROM "agreements" a;
--> statement-breakpoint
INSERT INTO "client_schools" ("client_id", "school_id")
  SELECT "id", "school_id" FROM "clients" WHERE "school_id" IS NOT NULL;
--> statement-breakpoint
COMMENT ON COLUMN "pupils"."id" IS 'subject';
--> statement-breakpoint
COMMENT ON COLUMN "contacts"."id" IS 'subject';
