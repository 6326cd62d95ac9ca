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
  LOCK TABLE "public"."Category", "public"."Post", "public"."Profile", "public"."User" IN ACCESS EXCLUSIVE MODE;
  IF to_regclass('"public"."Post_likedBy_User_likes"') IS NOT NULL AND to_regclass('"public"."Post_likedBy"') IS NULL THEN
    RAISE EXCEPTION 'this database is already migrated' USING HINT = 'Run verify.sql to check it.';
  END IF;

  -- Old Keystone may not have created all of these. An empty table or column stands in for what is missing.
  SET LOCAL client_min_messages = warning;
  CREATE TABLE IF NOT EXISTS "public"."Post_categories" ("Post_id" integer, "Category_id" integer);
  CREATE TABLE IF NOT EXISTS "public"."Post_likedBy" ("Post_id" integer, "User_id" integer);
  CREATE TABLE IF NOT EXISTS "public"."User_likes" ("User_id" integer, "Post_id" integer);
  CREATE TABLE IF NOT EXISTS "public"."User_posts" ("User_id" integer, "Post_id" integer);
  ALTER TABLE "public"."User" ADD COLUMN IF NOT EXISTS "profile" integer;
  SET LOCAL client_min_messages = notice;
  LOCK TABLE "public"."Post_categories", "public"."Post_likedBy", "public"."User_likes", "public"."User_posts" IN ACCESS EXCLUSIVE MODE;

  -- PostgreSQL would silently drop what you added to what is dropped here. Refuse, so that you can move it first.
  SELECT string_agg(pg_describe_object(classid, objid, objsubid) || ' with ' || concat_ws('.', tab, col), ', ') INTO problem FROM (VALUES
    (to_regclass('"public"."User_posts"'), NULL, 'User_id', 'Post_id'),
    (to_regclass('"public"."User_likes"'), NULL, 'User_id', 'Post_id'),
    (to_regclass('"public"."User"'), 'profile', NULL, NULL)
  ) AS dropped (tab, col, near, far), LATERAL (
    SELECT attrelid AS objid, attnum AS objsubid, 'pg_class'::regclass AS classid FROM pg_attribute
      WHERE attrelid = tab AND attnum > 0 AND NOT attisdropped AND attname NOT IN (near, far)
    UNION SELECT inhparent, 0, 'pg_class'::regclass FROM pg_inherits WHERE inhrelid = tab AND col IS NULL
    UNION SELECT objid, 0, classid FROM pg_depend WHERE refobjid = tab AND col IS NULL
      AND classid = ANY ('{pg_trigger,pg_policy,pg_rewrite}'::regclass[])
    UNION SELECT objid, 0 AS objsubid, classid FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
      WHERE attrelid = tab AND attname = col AND classid <> ALL ('{pg_attrdef,pg_statistic_ext}'::regclass[])
      AND objid NOT IN (SELECT oid FROM pg_constraint WHERE conrelid = tab AND conkey = ARRAY[attnum])
      AND objid NOT IN (SELECT indexrelid FROM pg_index WHERE indrelid = tab AND indkey::text = attnum::text)
  ) AS yours;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'would be dropped silently: %', problem USING HINT = 'Move it or drop it first.'; END IF;

  -- 1. Post.author <-> User.posts (test/fixtures/sample-blog/lists/Post.ts:8, test/fixtures/sample-blog/lists/User.ts:9). The same
  -- links are in column "Post"."author".
  RAISE NOTICE '1. %', 'drop table "User_posts"';
  SELECT string_agg(format('User %s - Post %s', "User_id", "Post_id"), ', ') INTO problem
  FROM (SELECT "User_id", "Post_id" FROM "public"."User_posts" EXCEPT SELECT "author", "id" FROM "public"."Post" LIMIT 10) AS missing;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'User.posts: stored only in "User_posts": %', problem USING HINT = advice; END IF;
  DROP TABLE "public"."User_posts";

  -- 2. Post.likedBy <-> User.likes (test/fixtures/sample-blog/lists/Post.ts:9, test/fixtures/sample-blog/lists/User.ts:11). Both hold
  -- the same links.
  RAISE NOTICE '2. %', 'drop table "User_likes", rename table "Post_likedBy" to "Post_likedBy_User_likes"';
  WHILE EXISTS (SELECT FROM "public"."Post_likedBy" GROUP BY "Post_id", "User_id" HAVING count(*) > 1) LOOP
    DELETE FROM "public"."Post_likedBy" AS a USING "public"."Post_likedBy" AS b
    WHERE a.*::text = b.*::text AND a.tableoid = b.tableoid AND a.ctid > b.ctid;
    IF NOT FOUND THEN RAISE EXCEPTION 'Post.likedBy: cannot delete repeated pairs' USING HINT = advice; END IF; END LOOP;
  SELECT string_agg(format('User %s - Post %s', "User_id", "Post_id"), ', ') INTO problem FROM (
    SELECT "User_id", "Post_id" FROM "public"."User_likes" EXCEPT SELECT "User_id", "Post_id" FROM "public"."Post_likedBy" LIMIT 10
  ) AS missing;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'User.likes: stored only in "User_likes": %', problem USING HINT = advice; END IF;
  DROP TABLE "public"."User_likes";
  ALTER TABLE "public"."Post_likedBy" RENAME TO "Post_likedBy_User_likes";
  ALTER TABLE "public"."Post_likedBy_User_likes" RENAME COLUMN "Post_id" TO "Post_left_id";
  ALTER TABLE "public"."Post_likedBy_User_likes" RENAME COLUMN "User_id" TO "User_right_id";

  -- 3. Profile.user <-> User.profile (test/fixtures/sample-blog/lists/Profile.ts:7, test/fixtures/sample-blog/lists/User.ts:13). The
  -- same links are in column "Profile"."user".
  RAISE NOTICE '3. %', 'drop column "User"."profile"';
  SELECT string_agg(format('User %s', "user"), ', ') INTO problem
  FROM (SELECT "user" FROM "public"."Profile" WHERE "user" IS NOT NULL GROUP BY 1 HAVING count(*) > 1 LIMIT 10) AS shared;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'Profile.user: more than one Profile for %', problem USING HINT = advice; END IF;
  SELECT string_agg(format('User %s - Profile %s', "id", "profile"), ', ') INTO problem FROM (
    SELECT "id", "profile" FROM "public"."User" WHERE "profile" IS NOT NULL EXCEPT SELECT "user", "id" FROM "public"."Profile" LIMIT 10
  ) AS missing;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'User.profile: stored only in "User"."profile": %', problem USING HINT = advice; END IF;
  ALTER TABLE "public"."User" DROP COLUMN "profile";

  -- 4. Post.categories -> Category (test/fixtures/sample-blog/lists/Post.ts:11). The links stay in the table.
  RAISE NOTICE '4. %', 'rename table "Post_categories" to "Post_categories_many"';
  WHILE EXISTS (SELECT FROM "public"."Post_categories" GROUP BY "Post_id", "Category_id" HAVING count(*) > 1) LOOP
    DELETE FROM "public"."Post_categories" AS a USING "public"."Post_categories" AS b
    WHERE a.*::text = b.*::text AND a.tableoid = b.tableoid AND a.ctid > b.ctid;
    IF NOT FOUND THEN RAISE EXCEPTION 'Post.categories: cannot delete repeated pairs' USING HINT = advice; END IF; END LOOP;
  ALTER TABLE "public"."Post_categories" RENAME TO "Post_categories_many";
  ALTER TABLE "public"."Post_categories_many" RENAME COLUMN "Post_id" TO "Post_left_id";
  ALTER TABLE "public"."Post_categories_many" RENAME COLUMN "Category_id" TO "Category_right_id";

  -- Give foreign keys and indexes Keystone 8's names. They are found by column, whatever they are called, and created where missing.
  -- Each foreign key is created again, which checks every row. An index gets a spare name first: two may have swapped names.
  FOR todo IN
    WITH given (tab, col, target, rule) AS (VALUES
      ('Post', 'author', 'User', 'NO ACTION'),
      ('Post_likedBy_User_likes', 'Post_left_id', 'Post', 'CASCADE'),
      ('Post_likedBy_User_likes', 'User_right_id', 'User', 'CASCADE'),
      ('Profile', 'user', 'User', 'NO ACTION'),
      ('Post_categories_many', 'Post_left_id', 'Post', 'CASCADE'),
      ('Post_categories_many', 'Category_right_id', 'Category', 'CASCADE')
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
    UNION ALL SELECT 4, format('ALTER TABLE "public".%I ALTER COLUMN %I SET NOT NULL', tab, col) FROM names WHERE rule = 'CASCADE'
    UNION ALL SELECT 5, format('ALTER TABLE "public".%I ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES "public".%I (id) ON DELETE %s',
      tab, (prefix || '_foreign')::name, col, target, rule) FROM names
    ORDER BY step
  LOOP EXECUTE todo.command; END LOOP;
END
$arcade$;
