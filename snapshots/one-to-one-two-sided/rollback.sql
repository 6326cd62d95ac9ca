-- rollback: restores the schema from before Arcade, with its links. All or nothing, in one
-- transaction.
--
-- Keystone 5, from before its Arcade release to after it. Schema "public", PostgreSQL 12 and later.
--
-- 1. Undo: Drop the column of User.post.

-- For squawk: the application is stopped while this runs, so what breaks or blocks its clients does no harm,
-- and CREATE INDEX CONCURRENTLY and NOT VALID would give up the one transaction.
-- squawk-ignore-file ban-drop-table, ban-drop-column, renaming-table, renaming-column, require-concurrent-index-creation, constraint-missing-not-valid, adding-foreign-key-constraint, adding-not-nullable-field, disallowed-unique-constraint
BEGIN;

-- Rather give up after this time than hold up the queries that queue behind a lock: then nothing
-- has changed, and the script can be run again.
SET LOCAL lock_timeout = '5s';

SET LOCAL statement_timeout = 0;

SET LOCAL search_path = pg_catalog;

-- One run at a time.
DO $arcade$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('arcade-migrate'));
END
$arcade$;

-- Refuse any database that is not in the migrated state.
DO $arcade$
#variable_conflict use_column
DECLARE
  problems text;
  is_other_state boolean;
BEGIN
  SELECT
    string_agg(relationship || ': ' || "check" || ': ' || detail, E'\n' ORDER BY relationship, "check") FILTER (WHERE result = 'FAIL'),
    bool_and(changes = (result = 'FAIL'))
  INTO problems, is_other_state
  FROM (
    WITH
      relations AS (
        SELECT oid, relname, relkind
        FROM pg_class
        WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'public')
      ),
      columns AS (
        SELECT relations.oid AS table_id, relname AS table_name, attnum, attname AS column_name, attnotnull
        FROM relations
        JOIN pg_attribute ON attrelid = relations.oid AND attnum > 0 AND NOT attisdropped
        WHERE relkind IN ('r', 'p')
      ),
      actual (object, table_name, column_name, name, target) AS (
        SELECT 'relation', relname::text, NULL::text, NULL::text, NULL::text FROM relations
        UNION ALL
        SELECT 'table', relname, NULL, NULL, NULL FROM relations WHERE relkind IN ('r', 'p')
        UNION ALL
        SELECT 'column', table_name, column_name, NULL, NULL FROM columns
        UNION ALL
        SELECT 'not null column', table_name, column_name, NULL, NULL FROM columns WHERE attnotnull
        UNION ALL
        SELECT 'foreign key', table_name, column_name, conname,
          referenced.relname || CASE confdeltype WHEN 'c' THEN ' on delete cascade' WHEN 'a' THEN '' ELSE ' on delete another rule' END
        FROM pg_constraint
        JOIN columns ON table_id = conrelid AND ARRAY[attnum] = conkey
        JOIN relations AS referenced ON referenced.oid = confrelid
        WHERE contype = 'f'
        UNION ALL
        SELECT 'unique', table_name, column_name, conname, NULL
        FROM pg_constraint
        JOIN columns ON table_id = conrelid AND ARRAY[attnum] = conkey
        WHERE contype = 'u'
        UNION ALL
        SELECT 'index', table_name, column_name, relname, NULL
        FROM pg_index
        JOIN columns ON table_id = indrelid AND indnatts = 1 AND attnum = indkey[0]
        JOIN relations ON relations.oid = indexrelid
        WHERE NOT indisunique AND indpred IS NULL AND indisvalid
      ),
      expected (relationship, present, object, table_name, column_name, name, target, changes) AS (
        VALUES
          ('Post.author <-> User.post', true, 'column', 'Post', 'author', NULL, NULL, false),
          ('Post.author <-> User.post', true, 'foreign key', 'Post', 'author', 'post_author_foreign', 'User', false),
          ('Post.author <-> User.post', true, 'index', 'Post', 'author', 'post_author_index', NULL, false),
          ('Post.author <-> User.post', false, 'column', 'User', 'post', NULL, NULL, true)
      ),
      compared AS (
        SELECT
          expected.*,
          bool_or(actual.object IS NOT NULL AND actual.name IS NOT DISTINCT FROM expected.name) AS met,
          bool_or(actual.name = expected.name) AS named,
          min(actual.name) AS first_name,
          string_agg(actual.name, ', ' ORDER BY actual.name) FILTER (WHERE actual.name <> expected.name) AS other_names
        FROM expected
        LEFT JOIN actual ON actual.object = expected.object
          AND actual.table_name = expected.table_name
          AND actual.column_name IS NOT DISTINCT FROM expected.column_name
          AND actual.target IS NOT DISTINCT FROM expected.target
        GROUP BY expected.relationship, expected.present, expected.object, expected.table_name, expected.column_name, expected.name, expected.target, expected.changes
      )
    SELECT
      relationship,
      CASE WHEN present THEN 'is there: ' ELSE 'is not there: ' END
        || CASE WHEN object = 'relation' THEN 'anything called' ELSE object END
        || coalesce(' ' || quote_ident(name) || ' on', '')
        || ' ' || quote_ident(table_name)
        || coalesce(' (' || quote_ident(column_name) || ')', '')
        || coalesce(' referencing ' || target, '') AS "check",
      CASE WHEN met = present THEN 'ok' ELSE 'FAIL' END AS result,
      CASE
        WHEN met AND NOT named THEN 'called ' || other_names || ': it gets this name'
        WHEN met = present THEN ''
        WHEN met THEN 'it is in the way'
        ELSE 'missing' || coalesce(': there is one called ' || other_names, '')
      END AS detail,
      changes
    FROM compared
  ) AS shape;
  IF problems IS NOT NULL THEN
    -- All that the migration changes, and nothing else, is otherwise.
    IF is_other_state THEN
      RAISE EXCEPTION 'not migrated: nothing was changed';
    END IF;
    RAISE EXCEPTION 'this is not a migrated database: nothing was changed'
      USING DETAIL = problems, HINT = 'verify lists all that was looked for.';
  END IF;
END
$arcade$;

-- All tables that are touched or referenced, in one fixed order, so that two scripts cannot wait for each
-- other. Readers and writers wait until COMMIT; the changes below touch the catalogue, not the rows.
LOCK TABLE "public"."Post",
"public"."User" IN ACCESS EXCLUSIVE MODE;

-- Refuse what the old schema cannot hold.
DO $arcade$
#variable_conflict use_column
DECLARE
  problems text;
BEGIN
  SELECT string_agg(relationship || ': ' || "check" || ': ' || detail, E'\n') INTO problems
  FROM (
    SELECT
      'Post.author <-> User.post' AS relationship,
      'User rows that more than one row of "Post"."author" points at' AS "check",
      CASE count(*) WHEN 0 THEN 'ok' ELSE 'FAIL' END AS result,
      count(*) || coalesce(': ' || string_agg(sample, ', ' ORDER BY number) FILTER (WHERE number <= 10), '') AS detail
    FROM (
      SELECT
        'User ' || "author" || ' from Post ' || string_agg("id"::text, ' and ' ORDER BY "id") AS sample,
        row_number() OVER (ORDER BY "author") AS number
      FROM "public"."Post"
      WHERE "author" IN (
        SELECT "author" FROM "public"."Post" WHERE "author" IS NOT NULL GROUP BY "author" HAVING count(*) > 1
      )
      GROUP BY "author"
    ) AS shared
  ) AS checks
  WHERE result = 'FAIL';
  IF problems IS NOT NULL THEN
    RAISE EXCEPTION 'rollback refused: nothing was changed'
      USING DETAIL = problems, HINT = 'Correct what is named above and run the script again.';
  END IF;
END
$arcade$;

--------------------------------------------------------------------------------
-- 1. Undo: Drop the column of User.post.
-- Its links are stored a second time in the column "author" of "Post" (Post.author), which stays.
-- Declared at lists.js:20, lists.js:13.
-- The column gets the type of the ids that it holds, whatever that is.
DO $arcade$
BEGIN
  EXECUTE (
    SELECT 'ALTER TABLE "public"."User" ADD COLUMN "post" ' || format_type(atttypid, atttypmod)
    FROM pg_attribute
    WHERE attrelid = '"public"."Post"'::regclass AND attname = 'id'
  );
END
$arcade$;

UPDATE "public"."User" AS item
SET
  "post" = link."id"
FROM
  "public"."Post" AS link
WHERE
  link."author" = item.id;

CREATE INDEX "user_post_index" ON "public"."User" ("post");

ALTER TABLE "public"."User"
ADD CONSTRAINT "user_post_foreign" FOREIGN KEY ("post") REFERENCES "public"."Post" (id);

COMMIT;
