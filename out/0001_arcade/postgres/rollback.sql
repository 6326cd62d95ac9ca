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
  LOCK TABLE "public"."Category", "public"."Post", "public"."Profile", "public"."User" IN ACCESS EXCLUSIVE MODE;
  IF NOT (
    to_regclass('"public"."Post_likedBy_User_likes"') IS NOT NULL AND to_regclass('"public"."Post_likedBy"') IS NULL
  ) THEN
    RAISE EXCEPTION 'this database is not migrated' USING HINT = 'Nothing was changed: there is nothing to roll back.';
  END IF;
  LOCK TABLE "public"."Post_likedBy_User_likes", "public"."Post_categories_many" IN ACCESS EXCLUSIVE MODE;

  -- 1. Post.categories -> Category (test/fixtures/sample-blog/lists/Post.ts:11): rename table "Post_categories_many" to
  -- "Post_categories"
  ALTER TABLE "public"."Post_categories_many" RENAME TO "Post_categories";
  ALTER TABLE "public"."Post_categories" RENAME COLUMN "Post_left_id" TO "Post_id";
  ALTER TABLE "public"."Post_categories" RENAME COLUMN "Category_right_id" TO "Category_id";
  RAISE NOTICE '1. %', 'rename table "Post_categories_many" to "Post_categories"';

  -- 2. Profile.user <-> User.profile (test/fixtures/sample-blog/lists/Profile.ts:7, test/fixtures/sample-blog/lists/User.ts:13): add
  -- column "User"."profile"
  EXECUTE format('ALTER TABLE "public"."User" ADD COLUMN "profile" %s',  -- the type of the ids
    (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '"public"."Profile"'::regclass AND attname = 'id'));
  SET LOCAL row_security = on;  -- your own triggers may read tables that have policies
  UPDATE "public"."User" AS dropped SET "profile" = kept."id" FROM "public"."Profile" AS kept WHERE kept."user" = dropped."id";
  SET LOCAL row_security = off;
  SELECT string_agg(format('Profile %s - User %s', "id", "user"), ', ') INTO problem FROM (
    SELECT "id", "user" FROM "public"."Profile" WHERE "user" IS NOT NULL EXCEPT SELECT "profile", "id" FROM "public"."User" LIMIT 10
  ) AS missing;
  IF problem IS NOT NULL THEN RAISE EXCEPTION 'User.profile: not restored: %', problem USING HINT = advice; END IF;
  RAISE NOTICE '2. %', 'add column "User"."profile"';

  -- 3. Post.likedBy <-> User.likes (test/fixtures/sample-blog/lists/Post.ts:9, test/fixtures/sample-blog/lists/User.ts:11): rename
  -- table "Post_likedBy_User_likes" to "Post_likedBy", create table "User_likes"
  ALTER TABLE "public"."Post_likedBy_User_likes" RENAME TO "Post_likedBy";
  ALTER TABLE "public"."Post_likedBy" RENAME COLUMN "Post_left_id" TO "Post_id";
  ALTER TABLE "public"."Post_likedBy" RENAME COLUMN "User_right_id" TO "User_id";
  CREATE TABLE "public"."User_likes" AS SELECT "User_id" AS "User_id", "Post_id" AS "Post_id" FROM "public"."Post_likedBy";
  RAISE NOTICE '3. %', 'rename table "Post_likedBy_User_likes" to "Post_likedBy", create table "User_likes"';

  -- 4. Post.author <-> User.posts (test/fixtures/sample-blog/lists/Post.ts:8, test/fixtures/sample-blog/lists/User.ts:9): create table
  -- "User_posts"
  CREATE TABLE "public"."User_posts" AS SELECT holder."id" AS "User_id", kept."id" AS "Post_id"
  FROM "public"."Post" AS kept JOIN "public"."User" AS holder ON holder."id" = kept."author";
  RAISE NOTICE '4. %', 'create table "User_posts"';

  -- A table created here gets the owner and the grants of its list's table.
  FOR todo IN
    WITH made (tab, list) AS (VALUES
      ('"public"."User_posts"'::regclass, '"public"."User"'::regclass),
      ('"public"."User_likes"'::regclass, '"public"."User"'::regclass)
    )
    SELECT 1 AS step, format('ALTER TABLE %s OWNER TO %s', tab, relowner::regrole) AS command FROM made JOIN pg_class ON oid = list
    UNION ALL SELECT 2, format('GRANT %s ON %s TO %s', privilege_type, tab,
      CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
      || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
      FROM made JOIN pg_class ON oid = list, aclexplode(relacl) WHERE grantee <> relowner
    ORDER BY step
  LOOP EXECUTE todo.command; END LOOP;

  -- Give foreign keys and indexes Old Keystone's names. They are found by column, whatever they are called, and created where missing.
  -- Each foreign key is created again, which checks every row. An index gets a spare name first: two may have swapped names.
  FOR todo IN
    WITH given (tab, col, target, rule) AS (VALUES
      ('User_posts', 'User_id', 'User', 'CASCADE'),
      ('User_posts', 'Post_id', 'Post', 'CASCADE'),
      ('Post_likedBy', 'Post_id', 'Post', 'CASCADE'),
      ('Post_likedBy', 'User_id', 'User', 'CASCADE'),
      ('User_likes', 'User_id', 'User', 'CASCADE'),
      ('User_likes', 'Post_id', 'Post', 'CASCADE'),
      ('User', 'profile', 'Profile', 'NO ACTION'),
      ('Post_categories', 'Post_id', 'Post', 'CASCADE'),
      ('Post_categories', 'Category_id', 'Category', 'CASCADE')
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
