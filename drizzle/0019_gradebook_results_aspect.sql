-- Why: an aspect stays as long as programs wrote about results of it: one that did not see those who were withheld from it could
-- remove a line item from under them.
-- Locks: SHARE ROW EXCLUSIVE on gradebook_results and aspects while the rows of gradebook_results are looked through.
ALTER TABLE "gradebook_results" ADD CONSTRAINT "gradebook_results__aspect_id" FOREIGN KEY ("school_id","aspect_id") REFERENCES "public"."aspects"("school_id","id") ON DELETE no action ON UPDATE no action;
