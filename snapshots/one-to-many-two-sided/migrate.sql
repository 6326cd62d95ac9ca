-- migrate.sql migrates the schema "public" from Keystone 5 before its Arcade release to Keystone 8 and later; ../REVIEW.md explains it.
-- It is one statement: all of it happens, or nothing. Before you run it: run preflight.sql, stop the application, make a backup.
DO $arcade$
DECLARE
  advice CONSTANT text := 'Nothing was changed. preflight.sql lists every problem, with what resolves it.';
  problem text;
  todo record;
BEGIN
  IF current_setting('transaction_isolation') NOT LIKE 'read %' THEN  -- others miss what is committed before the locks are granted
    RAISE EXCEPTION 'this needs read committed' USING HINT = 'Run this first: SET default_transaction_isolation = ''read committed'';';
  END IF;
  SET LOCAL lock_timeout = '5s';  -- give up rather than queue behind an application that still runs
  SET LOCAL row_security = off;  -- fail rather than overlook rows that a policy hides
  LOCK TABLE "public"."Post", "public"."User" IN ACCESS EXCLUSIVE MODE;
  IF to_regclass('"public"."User_posts"') IS NULL THEN
    RAISE EXCEPTION 'this database is already migrated' USING HINT = 'Run verify.sql to check it.';
  END IF;
  LOCK TABLE "public"."User_posts" IN ACCESS EXCLUSIVE MODE;

  -- PostgreSQL would silently drop what you added to what is dropped here. Refuse, so that you can move it first.
  SELECT string_agg(pg_describe_object(classid, objid, objsubid) || ' with ' || tab, ', ') INTO problem FROM (VALUES
    (to_regclass('"public"."User_posts"'), 'User_id', 'Post_id')
  ) AS dropped (tab, near, far), LATERAL (
    SELECT attrelid AS objid, attnum AS objsubid, 'pg_class'::regclass AS classid FROM pg_attribute
      WHERE attrelid = tab AND attnum > 0 AND NOT attisdropped AND attname NOT IN (near, far)
    UNION SELECT inhparent, 0, 'pg_class'::regclass FROM pg_inherits WHERE inhrelid = tab
    UNION SELECT objid, 0, classid FROM pg_depend WHERE refobjid = tab
      AND classid = ANY ('{pg_trigger,pg_policy,pg_rewrite}'::regclass[])
  ) AS yours;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'would be dropped silently: %', problem USING HINT = 'Move it or drop it first.'; END IF;

  -- 1. Post.author <-> User.posts (lists.js:20, lists.js:13). The same links are in column "Post"."author".
  RAISE NOTICE '1. %', 'drop table "User_posts"';
  SELECT string_agg(format('User %s - Post %s', "User_id", "Post_id"), ', ') INTO problem
  FROM (SELECT "User_id", "Post_id" FROM "public"."User_posts" EXCEPT SELECT "author", "id" FROM "public"."Post" LIMIT 10) AS missing;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'User.posts: stored only in "User_posts": %', problem USING HINT = advice; END IF;
  DROP TABLE "public"."User_posts";

  -- Give foreign keys and indexes Keystone 8's names. They are found by column, whatever they are called, and created where missing.
  -- Each foreign key is created again, which checks every row. An index gets a spare name first: two may have swapped names.
  FOR todo IN
    WITH given (tab, col, target, rule) AS (VALUES
      ('Post', 'author', 'User', 'NO ACTION')
    ), names AS (SELECT *, lower(tab || '_' || col) AS prefix FROM given
    ), present AS (
      SELECT DISTINCT ON (tab, col) *, (prefix || '_index')::name AS index, 'arcade_' || md5(prefix) AS spare
      FROM names JOIN pg_attribute ON attrelid = format('"public".%I', tab)::regclass AND attname = col
        LEFT JOIN (pg_index JOIN pg_class ON oid = indexrelid AND relam = (SELECT oid FROM pg_am WHERE amname = 'btree'))
          ON indrelid = attrelid AND indkey::text = attnum::text AND NOT indisunique AND indpred IS NULL
      ORDER BY tab, col, relname <> (prefix || '_index')::name, indexrelid
    )
    SELECT 1 AS step, format('ALTER TABLE "public".%I DROP CONSTRAINT %I', tab, conname) AS command
      FROM present JOIN pg_constraint ON conrelid = attrelid AND conkey = ARRAY[attnum]
      WHERE confrelid = format('"public".%I', target)::regclass
    UNION ALL SELECT 2, format('ALTER INDEX "public".%I RENAME TO %I', relname, spare) FROM present WHERE relname <> index
    UNION ALL SELECT 3, format('ALTER INDEX "public".%I RENAME TO %I', spare, index) FROM present WHERE relname <> index
    UNION ALL SELECT 4, format('CREATE INDEX %I ON "public".%I (%I)', index, tab, col) FROM present WHERE relname IS NULL
    UNION ALL SELECT 5, format('ALTER TABLE "public".%I ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES "public".%I (id) ON DELETE %s',
      tab, (prefix || '_foreign')::name, col, target, rule) FROM names
    ORDER BY step
  LOOP EXECUTE todo.command; END LOOP;
END
$arcade$;
