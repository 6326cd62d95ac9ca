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
  SET CONSTRAINTS ALL IMMEDIATE;  -- your own deferred triggers would block ALTER TABLE
  LOCK TABLE "public"."Post", "public"."User" IN ACCESS EXCLUSIVE MODE;
  IF NOT (
    NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '"public"."User"'::regclass AND attname = 'post' AND NOT attisdropped)
  ) THEN
    RAISE EXCEPTION 'this database is not migrated' USING HINT = 'Nothing was changed: there is nothing to roll back.';
  END IF;

  -- 1. Post.author <-> User.post (lists.js:20, lists.js:13): add column "User"."post"
  EXECUTE format('ALTER TABLE "public"."User" ADD COLUMN "post" %s',  -- the type of the ids
    (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '"public"."Post"'::regclass AND attname = 'id'));
  SET LOCAL row_security = on;  -- your own triggers may read tables that have policies
  UPDATE "public"."User" AS dropped SET "post" = kept."id" FROM "public"."Post" AS kept WHERE kept."author" = dropped."id";
  SET LOCAL row_security = off;
  SELECT string_agg(format('Post %s - User %s', "id", "author"), ', ') INTO problem FROM (
    SELECT "id", "author" FROM "public"."Post" WHERE "author" IS NOT NULL EXCEPT SELECT "post", "id" FROM "public"."User" LIMIT 10
  ) AS missing;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'User.post: not restored: %', problem USING HINT = advice; END IF;
  RAISE NOTICE '1. %', 'add column "User"."post"';
  ALTER TABLE "public"."User" ALTER COLUMN "post" SET NOT NULL;

  -- Give foreign keys and indexes Old Keystone's names. They are found by column, whatever they are called, and created where missing.
  -- Each foreign key is created again, which checks every row. An index gets a spare name first: two may have swapped names.
  FOR todo IN
    WITH given (tab, col, target, rule) AS (VALUES
      ('User', 'post', 'Post', 'NO ACTION')
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
