-- migrate.sql takes the schema "public" over the Arcade release of Keystone 5. ../REVIEW.md says more. One statement: all of it
-- happens, or nothing. Run preflight.sql, stop the application and make a backup first.
DO $arcade$
DECLARE
  advice CONSTANT text := 'Nothing was changed. preflight.sql lists all of them, with what settles them.';
  problem text;
  todo record;
BEGIN
  IF current_setting('transaction_isolation') NOT LIKE 'read %' THEN  -- it would miss what others commit before the locks are granted
    RAISE EXCEPTION 'this needs read committed' USING HINT = 'SET default_transaction_isolation = ''read committed''; and again.';
  END IF;
  SET LOCAL lock_timeout = '5s';  -- give up rather than queue behind an application that still runs
  SET LOCAL row_security = off;  -- fail rather than overlook rows that a policy hides
  LOCK TABLE "public"."Category", "public"."Post", "public"."Profile", "public"."User" IN ACCESS EXCLUSIVE MODE;
  IF to_regclass('"public"."Post_likedBy_User_likes"') IS NOT NULL AND to_regclass('"public"."Post_likedBy"') IS NULL THEN
    RAISE EXCEPTION 'this database is already migrated' USING HINT = 'Run verify.sql to check it.';
  END IF;

  -- What old Keystone never created holds no links: an empty table or column stands in for it.
  SET LOCAL client_min_messages = warning;
  CREATE TABLE IF NOT EXISTS "public"."Post_categories" ("Post_id" integer, "Category_id" integer);
  CREATE TABLE IF NOT EXISTS "public"."Post_likedBy" ("Post_id" integer, "User_id" integer);
  CREATE TABLE IF NOT EXISTS "public"."User_likes" ("User_id" integer, "Post_id" integer);
  CREATE TABLE IF NOT EXISTS "public"."User_posts" ("User_id" integer, "Post_id" integer);
  ALTER TABLE "public"."User" ADD COLUMN IF NOT EXISTS "profile" integer;
  SET LOCAL client_min_messages = notice;
  LOCK TABLE "public"."Post_categories", "public"."Post_likedBy", "public"."User_likes", "public"."User_posts" IN ACCESS EXCLUSIVE MODE;

  -- What you added to what is dropped would go too, without a word from PostgreSQL. Refuse, so that you can move it first.
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
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'would go without a trace: %', problem USING HINT = 'Move it or drop it first.'; END IF;

  -- 1. Post.author <-> User.posts (test/fixtures/sample-blog/lists/Post.ts:8, test/fixtures/sample-blog/lists/User.ts:9): drop table
  -- "User_posts". The same links are in column "Post"."author".
  SELECT string_agg(format('User %s - Post %s', "User_id", "Post_id"), ', ') INTO problem FROM (
    SELECT * FROM "public"."User_posts" AS dropped
    WHERE NOT EXISTS (SELECT FROM "public"."Post" AS kept WHERE kept."id" = dropped."Post_id" AND kept."author" = dropped."User_id")
    LIMIT 10) AS lost;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'User.posts: stored only in "User_posts": %', problem USING HINT = advice; END IF;
  DROP TABLE "public"."User_posts";
  RAISE NOTICE '1. %', 'drop table "User_posts"';

  -- 2. Post.likedBy <-> User.likes (test/fixtures/sample-blog/lists/Post.ts:9, test/fixtures/sample-blog/lists/User.ts:11): drop table
  -- "User_likes", rename table "Post_likedBy" to "Post_likedBy_User_likes". Both hold the same links.
  WHILE EXISTS (SELECT FROM "public"."Post_likedBy" GROUP BY "Post_id", "User_id" HAVING count(*) > 1) LOOP
    DELETE FROM "public"."Post_likedBy" AS a USING "public"."Post_likedBy" AS b
    WHERE a.*::text = b.*::text AND a.tableoid = b.tableoid AND a.ctid > b.ctid;
    IF NOT FOUND THEN RAISE EXCEPTION 'Post.likedBy: cannot delete repeated pairs' USING HINT = advice; END IF;
  END LOOP;
  SELECT string_agg(format('User %s - Post %s', "User_id", "Post_id"), ', ') INTO problem FROM (
    SELECT * FROM "public"."User_likes" AS dropped WHERE NOT EXISTS (
      SELECT FROM "public"."Post_likedBy" AS kept WHERE kept."Post_id" = dropped."Post_id" AND kept."User_id" = dropped."User_id")
    LIMIT 10) AS lost;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'User.likes: stored only in "User_likes": %', problem USING HINT = advice; END IF;
  DROP TABLE "public"."User_likes";
  ALTER TABLE "public"."Post_likedBy" RENAME TO "Post_likedBy_User_likes";
  ALTER TABLE "public"."Post_likedBy_User_likes" RENAME COLUMN "Post_id" TO "Post_left_id";
  ALTER TABLE "public"."Post_likedBy_User_likes" RENAME COLUMN "User_id" TO "User_right_id";
  RAISE NOTICE '2. %', 'drop table "User_likes", rename table "Post_likedBy" to "Post_likedBy_User_likes"';

  -- 3. Profile.user <-> User.profile (test/fixtures/sample-blog/lists/Profile.ts:7, test/fixtures/sample-blog/lists/User.ts:13): drop
  -- column "User"."profile". The same links are in column "Profile"."user".
  SELECT string_agg(format('User %s', "user"), ', ') INTO problem
  FROM (SELECT "user" FROM "public"."Profile" WHERE "user" IS NOT NULL GROUP BY 1 HAVING count(*) > 1 LIMIT 10) AS shared;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'Profile.user: more than one Profile for %', problem USING HINT = advice; END IF;
  SELECT string_agg(format('User %s - Profile %s', "id", "profile"), ', ') INTO problem FROM (
    SELECT * FROM "public"."User" AS dropped WHERE dropped."profile" IS NOT NULL
      AND NOT EXISTS (SELECT FROM "public"."Profile" AS kept WHERE kept."id" = dropped."profile" AND kept."user" = dropped."id")
    LIMIT 10) AS lost;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'User.profile: stored only in "User"."profile": %', problem USING HINT = advice; END IF;
  ALTER TABLE "public"."User" DROP COLUMN "profile";
  RAISE NOTICE '3. %', 'drop column "User"."profile"';

  -- 4. Post.categories -> Category (test/fixtures/sample-blog/lists/Post.ts:11): rename table "Post_categories" to
  -- "Post_categories_many". No link moves.
  WHILE EXISTS (SELECT FROM "public"."Post_categories" GROUP BY "Post_id", "Category_id" HAVING count(*) > 1) LOOP
    DELETE FROM "public"."Post_categories" AS a USING "public"."Post_categories" AS b
    WHERE a.*::text = b.*::text AND a.tableoid = b.tableoid AND a.ctid > b.ctid;
    IF NOT FOUND THEN RAISE EXCEPTION 'Post.categories: cannot delete repeated pairs' USING HINT = advice; END IF;
  END LOOP;
  ALTER TABLE "public"."Post_categories" RENAME TO "Post_categories_many";
  ALTER TABLE "public"."Post_categories_many" RENAME COLUMN "Post_id" TO "Post_left_id";
  ALTER TABLE "public"."Post_categories_many" RENAME COLUMN "Category_id" TO "Category_right_id";
  RAISE NOTICE '4. %', 'rename table "Post_categories" to "Post_categories_many"';

  -- Keystone 8's names. Foreign keys and indexes are found by their column, whatever they are called, and created where missing.
  -- A foreign key is made anew, which checks every row. An index gets a spare name first: two may have swapped theirs.
  FOR todo IN
    WITH names (tab, col, target, rule, prefix) AS (VALUES
      ('Post', 'author', 'User', 'NO ACTION', 'post_author'),
      ('Post_likedBy_User_likes', 'Post_left_id', 'Post', 'CASCADE', 'post_likedby_user_likes_post_left_id'),
      ('Post_likedBy_User_likes', 'User_right_id', 'User', 'CASCADE', 'post_likedby_user_likes_user_right_id'),
      ('Profile', 'user', 'User', 'NO ACTION', 'profile_user'),
      ('Post_categories_many', 'Post_left_id', 'Post', 'CASCADE', 'post_categories_many_post_left_id'),
      ('Post_categories_many', 'Category_right_id', 'Category', 'CASCADE', 'post_categories_many_category_right_id')
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
