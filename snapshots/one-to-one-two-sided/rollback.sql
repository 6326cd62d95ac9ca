-- rollback: restores the schema from before Arcade, with its links. All or nothing, in one
-- transaction.
--
-- Keystone 5, from before its Arcade release to after it. Schema "public", PostgreSQL 12 and later.
--
-- 1. Undo: Drop the column of User.post.

-- For squawk: the application is stopped while this runs, so what breaks or blocks its clients does no harm,
-- and CREATE INDEX CONCURRENTLY and NOT VALID would give up the one transaction.
-- squawk-ignore-file ban-drop-table, ban-drop-column, renaming-table, renaming-column, require-concurrent-index-creation, constraint-missing-not-valid, adding-foreign-key-constraint, adding-not-nullable-field, disallowed-unique-constraint

-- What others commit while this waits for its locks must be seen, whatever isolation is the default here.
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED,
READ WRITE;

-- A statement_timeout of yours is to stop none of what follows.
SET LOCAL statement_timeout = 0;

-- A client that sets a savepoint before each statement goes on after an error, and no refusal would stop it. It is known by
-- this: what a statement after a savepoint writes is not of the transaction itself, but has a number of its own. COMMIT
-- asks the cursor, and fails.
DO $arcade$
BEGIN
  PERFORM pg_catalog.lo_unlink(pg_catalog.lo_create(0));
  IF (
    SELECT count(*) FROM pg_catalog.pg_locks
    WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND pid = pg_catalog.pg_backend_pid()
  ) > 1 THEN
    EXECUTE $cursor$
      DECLARE arcade_migrate_savepoints CURSOR WITH HOLD FOR
      SELECT pg_catalog.concat('nothing is changed where the client sets savepoints')::integer
    $cursor$;
    RAISE WARNING 'your client sets a savepoint before each statement: nothing will be changed'
      USING HINT = 'Use psql -X -v ON_ERROR_STOP=1: without -X, ON_ERROR_ROLLBACK of your .psqlrc is on.';
  END IF;
END
$arcade$;

-- Rather give up after this time than hold up the queries that queue behind a lock: then nothing
-- has changed, and the script can be run again.
SET LOCAL lock_timeout = '5s';

SET LOCAL search_path = pg_catalog;

-- A policy that hides rows from whoever runs this must be an error: all links are to be seen.
SET LOCAL row_security = off;

-- To compile these questions takes longer than to answer them.
SET LOCAL jit = off;

-- Triggers of yours that wait for COMMIT would hold up what follows them.
SET CONSTRAINTS ALL IMMEDIATE;

-- One run at a time. Then all tables that are changed or referenced, in one fixed order, so that two scripts cannot
-- wait for each other. They are locked before anything is asked, so no answer can become wrong: readers and writers
-- wait until COMMIT. Renames and drops touch the catalogue only, however many rows there are.
DO $arcade$
DECLARE
  table_name text;
  holders text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('arcade-migrate'));
  FOREACH table_name IN ARRAY ARRAY['Post', 'User']::text[] LOOP
    BEGIN
      EXECUTE format('LOCK TABLE %I.%I IN ACCESS EXCLUSIVE MODE', 'public', table_name);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE EXCEPTION '%: nothing was changed', SQLERRM USING HINT = 'Run this as the owner of the tables.';
    WHEN undefined_table OR invalid_schema_name OR wrong_object_type THEN
      NULL; -- what is missing is named below
    END;
  END LOOP;
EXCEPTION WHEN lock_not_available THEN
  SELECT string_agg(concat_ws(', ', 'process ' || pid, nullif(application_name, ''), state), E'\n' ORDER BY pid) INTO holders
  FROM pg_stat_activity
  WHERE pid <> pg_backend_pid() AND pid IN (
    SELECT pid FROM pg_locks
    WHERE granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (locktype = 'advisory' AND table_name IS NULL OR relation = to_regclass('"public".' || quote_ident(table_name)))
  );
  RAISE EXCEPTION '%: nothing was changed', coalesce('the table ' || quote_ident(table_name) || ' is in use', 'another run of these scripts is under way')
    USING ERRCODE = 'lock_not_available', DETAIL = coalesce(holders, ''), HINT = 'It is safe to run the script again, best when the application is stopped.';
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
        SELECT oid, relname, relkind, relam
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
        -- A table cannot have the name of a type.
        SELECT 'relation', typname, NULL, NULL, NULL
        FROM pg_type
        WHERE typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'public') AND typrelid = 0 AND typelem = 0
        UNION ALL
        SELECT 'table', relname, NULL, NULL, NULL FROM relations WHERE relkind IN ('r', 'p')
        UNION ALL
        SELECT 'column', table_name, column_name, NULL, NULL FROM columns
        UNION ALL
        SELECT 'not null column', table_name, column_name, NULL, NULL FROM columns WHERE attnotnull
        UNION ALL
        SELECT 'foreign key', table_name, column_name, conname,
          referenced.relname
            || CASE confdeltype WHEN 'c' THEN ' on delete cascade' WHEN 'a' THEN '' ELSE ' on delete another rule' END
            || CASE confupdtype WHEN 'a' THEN '' ELSE ' on update another rule' END
            || CASE WHEN condeferrable THEN ' deferrable' ELSE '' END
            || CASE WHEN convalidated THEN '' ELSE ' not validated' END
            || CASE WHEN EXISTS (SELECT FROM pg_trigger WHERE tgconstraint = pg_constraint.oid AND tgenabled IN ('D', 'R')) THEN ' switched off' ELSE '' END
            || CASE WHEN confkey = (SELECT ARRAY[attnum] FROM pg_attribute WHERE attrelid = confrelid AND attname = 'id') THEN '' ELSE ' by another column' END
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
          AND indoption[0] = 0 AND relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
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
        WHEN met AND NOT named THEN 'called ' || other_names || ': it gets this name, which it keeps after a rollback'
        WHEN met = present THEN ''
        WHEN met THEN 'it is in the way'
        ELSE 'missing' || coalesce(
          ': there is one called ' || other_names,
          (
            SELECT ': ' || string_agg(quote_ident(actual.name) || ' references ' || actual.target, ', ' ORDER BY actual.name)
            FROM actual
            WHERE actual.object = compared.object AND actual.table_name = compared.table_name
              AND actual.column_name = compared.column_name AND actual.target <> compared.target
          ),
          ''
        )
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

-- Refuse what the old schema cannot hold.
DO $arcade$
DECLARE
  question record;
  amount bigint;
  samples text;
  problems text;
BEGIN
  FOR question IN
    SELECT * FROM (
      VALUES
        ('all relationships', 'rights that are needed, and that whoever runs this lacks', 'FAIL', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            SELECT 'to own ' || quote_ident(relname) AS sample
            FROM pg_class
            WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'public')
              AND relname IN ('Post', 'User')
              AND NOT pg_has_role(relowner, 'USAGE')
            UNION ALL
            SELECT 'to create in the schema ' || quote_ident(nspname)
            FROM pg_namespace
            WHERE nspname = 'public' AND NOT has_schema_privilege(oid, 'CREATE')
          ) AS rights
        $question$),
        ('Post.author <-> User.post', 'User rows with more than one Post in "Post"."author", one-to-one', 'FAIL', $question$
          SELECT
            'User ' || "author" || ' with Post ' || array_to_string((array_agg("id" ORDER BY "id"))[1:10], ' and ') || CASE WHEN count(*) > 10 THEN ' and ' || count(*) - 10 || ' more' ELSE '' END AS sample,
            row_number() OVER (ORDER BY "author") AS number
          FROM "public"."Post"
          WHERE "author" IN (
            SELECT "author" FROM "public"."Post" WHERE "author" IS NOT NULL GROUP BY "author" HAVING count(*) > 1
          )
          GROUP BY "author"
        $question$),
        ('Post.author <-> User.post', 'links in "Post"."author" to rows that are gone', 'FAIL', $question$
          SELECT
            'User ' || link."author" || ' - Post ' || link."id" AS sample,
            row_number() OVER (ORDER BY link."author", link."id") AS number
          FROM "public"."Post" AS link
          LEFT JOIN "public"."User" AS target_0 ON target_0.id = link."author"
          WHERE link."author" IS NOT NULL AND target_0.id IS NULL
        $question$)
    ) AS questions (relationship, title, finding, query)
  LOOP
    EXECUTE format('SELECT count(*), string_agg(sample, '', '' ORDER BY number) FILTER (WHERE number <= 10) FROM (%s) AS findings', question.query) INTO amount, samples;
    IF amount > 0 THEN
      problems := concat_ws(E'\n', problems, concat_ws(': ', question.relationship, question.title, amount, samples));
    END IF;
  END LOOP;
  IF problems IS NOT NULL THEN
    RAISE EXCEPTION 'rollback refused: nothing was changed'
      USING DETAIL = problems, HINT = 'Correct what is named above and run the script again.';
  END IF;
END
$arcade$;

-- All is named with its schema from here on, and seen to be whole. Triggers of yours find what they look for as they do at
-- other times; functions that are called are those of the server.
SET LOCAL search_path = DEFAULT;

SET LOCAL row_security = DEFAULT;

--------------------------------------------------------------------------------
-- 1. Undo: Drop the column of User.post.
-- Its links are stored a second time in the column "author" of "Post" (Post.author), which stays.
-- Declared at lists.js:20, lists.js:13.
-- The column gets the type of the ids that it holds, whatever that is.
DO $arcade$
BEGIN
  EXECUTE (
    SELECT 'ALTER TABLE "public"."User" ADD COLUMN "post" ' || pg_catalog.format_type(atttypid, atttypmod)
    FROM pg_catalog.pg_attribute
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

-- A trigger or a rule of yours could have kept a link out.
DO $arcade$
BEGIN
  IF EXISTS (
    SELECT "author", "id" FROM "public"."Post" WHERE "author" IS NOT NULL
    EXCEPT
    SELECT "id", "post" FROM "public"."User"
  ) THEN
    RAISE EXCEPTION USING
      MESSAGE = 'not all links of "public"."Post" have arrived in "public"."User": nothing was changed',
      HINT = 'Look for a trigger or a rule there that changes what is written, and switch it off while this runs.';
  END IF;
END
$arcade$;

CREATE INDEX "user_post_index" ON "public"."User" ("post");

ALTER TABLE "public"."User"
ADD CONSTRAINT "user_post_foreign" FOREIGN KEY ("post") REFERENCES "public"."Post" (id);

COMMIT;
