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
  IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '"public"."User"'::regclass AND attname = 'post' AND NOT attisdropped) THEN
    RAISE EXCEPTION 'this database is already migrated' USING HINT = 'Run verify.sql to check it.';
  END IF;

  -- PostgreSQL would silently drop what you added to what is dropped here. Refuse, so that you can move it first.
  SELECT string_agg(pg_describe_object(classid, objid, objsubid) || ' with ' || concat_ws('.', tab, col), ', ') INTO problem FROM (VALUES
    (to_regclass('"public"."User"'), 'post', NULL, NULL)
  ) AS dropped (tab, col, near, far), LATERAL (
    SELECT objid, 0 AS objsubid, classid FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
      WHERE attrelid = tab AND attname = col AND classid <> ALL ('{pg_attrdef,pg_statistic_ext}'::regclass[])
      AND objid NOT IN (SELECT oid FROM pg_constraint WHERE conrelid = tab AND conkey = ARRAY[attnum])
      AND objid NOT IN (SELECT indexrelid FROM pg_index WHERE indrelid = tab AND indkey::text = attnum::text)
  ) AS yours;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'would be dropped silently: %', problem USING HINT = 'Move it or drop it first.'; END IF;

  -- 1. Post.author <-> User.post (lists.js:20, lists.js:13). The same links are in column "Post"."author".
  RAISE NOTICE '1. %', 'drop column "User"."post"';
  SELECT string_agg(format('User %s', "author"), ', ') INTO problem
  FROM (SELECT "author" FROM "public"."Post" WHERE "author" IS NOT NULL GROUP BY 1 HAVING count(*) > 1 LIMIT 10) AS shared;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'Post.author: more than one Post for %', problem USING HINT = advice; END IF;
  SELECT string_agg(format('User %s - Post %s', "id", "post"), ', ') INTO problem FROM (
    SELECT "id", "post" FROM "public"."User" WHERE "post" IS NOT NULL EXCEPT SELECT "author", "id" FROM "public"."Post" LIMIT 10
  ) AS missing;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'User.post: stored only in "User"."post": %', problem USING HINT = advice; END IF;
  ALTER TABLE "public"."User" DROP COLUMN "post";

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
