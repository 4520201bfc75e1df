-- Why: one line item of OneRoster is found by stepping along aspect, result set and type, without reading every result; the
-- index that had the first two gets the third, and serves what the old one did.
-- Locks: ACCESS EXCLUSIVE on results for a moment to drop the old index; SHARE while the new one is built: about a second for a
-- million results, in which none can be written.
DROP INDEX "results__set";--> statement-breakpoint
CREATE INDEX "results__measured" ON "results" USING btree ("school_id","result_set_id","aspect_id","type");
