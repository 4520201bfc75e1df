-- Why: classes that meet at the same time and divide the pupils between them carry the name of their block.
-- Locks: ACCESS EXCLUSIVE for a moment; a column without a default rewrites nothing.
ALTER TABLE "timetable_entries" ADD COLUMN "block" text;