-- Why: a removed membership of staff is told to those who keep copies by class and person; the log knew the class alone.
-- Locks: ACCESS EXCLUSIVE on changes for a moment; a column without a default rewrites nothing.
ALTER TABLE "changes" ADD COLUMN "staff_id" uuid;