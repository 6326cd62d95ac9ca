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
  LOCK TABLE "public"."User" IN ACCESS EXCLUSIVE MODE;
  IF to_regclass('"public"."User_friendOf_User_friends"') IS NOT NULL THEN
    RAISE EXCEPTION 'this database is already migrated' USING HINT = 'Run verify.sql to check it.';
  END IF;

  -- 1. User.friendOf <-> User.friends (lists.js:13, lists.js:14). Old Keystone could not create a table for it (both columns would have
  -- the same name), so there are no links to move.
  RAISE NOTICE '1. %', 'create table "User_friendOf_User_friends"';
  CREATE TABLE "public"."User_friendOf_User_friends" AS SELECT a."id" AS "User_left_id", b."id" AS "User_right_id"
  FROM "public"."User" AS a, "public"."User" AS b LIMIT 0;

  -- A table created here gets the owner and the grants of its list's table.
  FOR todo IN
    WITH made (tab, list) AS (VALUES
      ('"public"."User_friendOf_User_friends"'::regclass, '"public"."User"'::regclass)
    )
    SELECT 1 AS step, format('ALTER TABLE %s OWNER TO %s', tab, relowner::regrole) AS command FROM made JOIN pg_class ON oid = list
    UNION ALL SELECT 2, format('GRANT %s ON %s TO %s', privilege_type, tab,
      CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
      || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
      FROM made JOIN pg_class ON oid = list, aclexplode(relacl) WHERE grantee <> relowner
    ORDER BY step
  LOOP EXECUTE todo.command; END LOOP;

  -- Give foreign keys and indexes Keystone 8's names. They are found by column, whatever they are called, and created where missing.
  -- Each foreign key is created again, which checks every row. An index gets a spare name first: two may have swapped names.
  FOR todo IN
    WITH given (tab, col, target, rule) AS (VALUES
      ('User_friendOf_User_friends', 'User_left_id', 'User', 'CASCADE'),
      ('User_friendOf_User_friends', 'User_right_id', 'User', 'CASCADE')
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
