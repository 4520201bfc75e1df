-- Why: a school that has just been imported is read, and written on, by plans for empty tables until PostgreSQL looks at it of its
-- own accord a minute later: an import of 25,000 results ran into the statement timeout, and the first export of a new demo school
-- took 26 s instead of 6. The serving role owns no table, so a function of the owner's looks at those that are named. It waits
-- half a second at most for a table that somebody else holds.
-- Locks: none; when called, SHARE UPDATE EXCLUSIVE on the named tables until the caller's transaction ends.
CREATE FUNCTION refresh_statistics(tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '500ms' AS $$
DECLARE
  named text;
BEGIN
  FOREACH named IN ARRAY tables LOOP
    EXECUTE format('analyze public.%I', named);
  END LOOP;
END
$$;
