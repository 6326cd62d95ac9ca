-- rollback.sql restores the schema "public" to what old Keystone expects; ../REVIEW.md explains it. It is one statement: all of it
-- happens, or nothing. It rebuilds what was dropped from what was kept. Stop the application before you run it.
DO $arcade$
DECLARE
  advice CONSTANT text := 'Nothing was changed. Keystone 8 allows this, but old Keystone does not: correct it, then run this again.';
  problem text;
  todo record;
BEGIN
  IF current_setting('transaction_isolation') NOT LIKE 'read %' THEN  -- others miss what is committed before the locks are granted
    RAISE EXCEPTION 'this needs read committed' USING HINT = 'Run this first: SET default_transaction_isolation = ''read committed'';';
  END IF;
  SET LOCAL lock_timeout = '5s';  -- give up rather than queue behind an application that still runs
  SET LOCAL row_security = off;  -- fail rather than overlook rows that a policy hides
  LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
  IF NOT (
    to_regclass('"public"."User_friendOf_User_friends"') IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'this database is not migrated' USING HINT = 'Nothing was changed: there is nothing to roll back.';
  END IF;
  LOCK TABLE "public"."User_friendOf_User_friends" IN ACCESS EXCLUSIVE MODE;

  -- PostgreSQL would silently drop what you added to these tables. Refuse, so that you can move it first.
  SELECT string_agg(pg_describe_object(classid, objid, objsubid) || ' with ' || tab, ', ') INTO problem FROM (VALUES
    (to_regclass('"public"."User_friendOf_User_friends"'), 'User_left_id', 'User_right_id')
  ) AS dropped (tab, near, far), LATERAL (
    SELECT attrelid AS objid, attnum AS objsubid, 'pg_class'::regclass AS classid FROM pg_attribute
      WHERE attrelid = tab AND attnum > 0 AND NOT attisdropped AND attname NOT IN (near, far)
    UNION SELECT inhparent, 0, 'pg_class'::regclass FROM pg_inherits WHERE inhrelid = tab
    UNION SELECT objid, 0, classid FROM pg_depend WHERE refobjid = tab
      AND classid = ANY ('{pg_trigger,pg_policy,pg_rewrite}'::regclass[])
  ) AS yours;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'would be dropped silently: %', problem USING HINT = 'Move it or drop it first.'; END IF;

  -- 1. User.friendOf <-> User.friends (lists.js:13, lists.js:14): drop table "User_friendOf_User_friends"
  SELECT string_agg(format('User %s - User %s', "User_left_id", "User_right_id"), ', ') INTO problem
  FROM (SELECT * FROM "public"."User_friendOf_User_friends" LIMIT 10) AS missing;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'User.friendOf: no place for %', problem USING HINT = advice; END IF;
  DROP TABLE "public"."User_friendOf_User_friends";
  RAISE NOTICE '1. %', 'drop table "User_friendOf_User_friends"';
END
$arcade$;
