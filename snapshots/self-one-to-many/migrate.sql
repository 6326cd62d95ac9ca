-- migrate: all or nothing, in one transaction. Run preflight first, and have a backup.
--
-- Keystone 5, from before its Arcade release to after it. Schema "public", PostgreSQL 12 and later.
--
-- Nothing changes for User.children <-> User.parent.

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
  FOREACH table_name IN ARRAY ARRAY['User']::text[] LOOP
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

-- Refuse any database that does not have the schema that old Keystone made.
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
          ('User.children <-> User.parent', true, 'column', 'User', 'parent', NULL, NULL, false),
          ('User.children <-> User.parent', true, 'foreign key', 'User', 'parent', 'user_parent_foreign', 'User', false),
          ('User.children <-> User.parent', true, 'index', 'User', 'parent', 'user_parent_index', NULL, false),
          ('User.children <-> User.parent', false, 'relation', 'User_children', NULL, NULL, NULL, false)
      ),
      compared AS (
        SELECT
          expected.*,
          bool_or(actual.object IS NOT NULL) AS met,
          bool_or(actual.name = expected.name) AS named,
          min(actual.name) AS first_name,
          string_agg(actual.name, ', ' ORDER BY actual.name) FILTER (WHERE actual.name <> expected.name) AS other_names
        FROM expected
        LEFT JOIN actual ON actual.object = expected.object
          AND actual.table_name = expected.table_name
          AND actual.column_name IS NOT DISTINCT FROM expected.column_name
          AND actual.target IS NOT DISTINCT FROM expected.target
        GROUP BY expected.relationship, expected.present, expected.object, expected.table_name, expected.column_name, expected.name, expected.target, expected.changes
      ),
      -- What has another name gets its usual one, unless something has that which does not get another in turn.
      renamed AS (
        SELECT object, table_name, first_name, name FROM compared WHERE present AND met AND NOT named
      ),
      taken AS (
        SELECT table_name, name
        FROM renamed
        WHERE CASE object
          WHEN 'foreign key' THEN EXISTS (
              SELECT FROM pg_constraint JOIN relations ON relations.oid = conrelid
              WHERE relname = renamed.table_name AND conname = renamed.name
            )
            AND NOT EXISTS (
              SELECT FROM renamed AS other
              WHERE other.object = 'foreign key' AND other.table_name = renamed.table_name AND other.first_name = renamed.name
            )
          ELSE EXISTS (SELECT FROM relations WHERE relname = renamed.name)
            AND NOT EXISTS (SELECT FROM renamed AS other WHERE other.object <> 'foreign key' AND other.first_name = renamed.name)
        END
      )
    SELECT
      relationship,
      CASE WHEN present THEN 'is there: ' ELSE 'is not there: ' END
        || CASE WHEN object = 'relation' THEN 'anything called' ELSE object END
        || coalesce(' ' || quote_ident(name) || ' on', '')
        || ' ' || quote_ident(table_name)
        || coalesce(' (' || quote_ident(column_name) || ')', '')
        || coalesce(' referencing ' || target, '') AS "check",
      CASE WHEN met = present AND NOT is_taken THEN 'ok' ELSE 'FAIL' END AS result,
      CASE
        WHEN is_taken THEN 'called ' || other_names || ', and something else has its usual name'
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
    CROSS JOIN LATERAL (
      SELECT EXISTS (SELECT FROM taken WHERE taken.table_name = compared.table_name AND taken.name = compared.name) AS is_taken
    ) AS answer
  ) AS shape;
  IF problems IS NOT NULL THEN
    -- All that the migration changes, and nothing else, is otherwise.
    IF is_other_state THEN
      RAISE EXCEPTION 'already migrated: nothing was changed';
    END IF;
    RAISE EXCEPTION 'this is not the schema that Keystone had before Arcade: nothing was changed'
      USING DETAIL = problems, HINT = 'Look whether it is the right database. If so, correct what is named above and run the script again.';
  END IF;
END
$arcade$;

-- Refuse what cannot be migrated without losing a link, or contradicts itself.
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
              AND relname IN ('User')
              AND NOT pg_has_role(relowner, 'USAGE')
            UNION ALL
            SELECT 'to create in the schema ' || quote_ident(nspname)
            FROM pg_namespace
            WHERE nspname = 'public' AND NOT has_schema_privilege(oid, 'CREATE')
          ) AS rights
        $question$),
        ('User.children <-> User.parent', 'links in "User"."parent" to rows that are gone', 'FAIL', $question$
          SELECT
            'User ' || link."parent" || ' - User ' || link."id" AS sample,
            row_number() OVER (ORDER BY link."parent", link."id") AS number
          FROM "public"."User" AS link
          LEFT JOIN "public"."User" AS target_0 ON target_0.id = link."parent"
          WHERE link."parent" IS NOT NULL AND target_0.id IS NULL
        $question$)
    ) AS questions (relationship, title, finding, query)
  LOOP
    EXECUTE format('SELECT count(*), string_agg(sample, '', '' ORDER BY number) FILTER (WHERE number <= 10) FROM (%s) AS findings', question.query) INTO amount, samples;
    IF amount > 0 THEN
      problems := concat_ws(E'\n', problems, concat_ws(': ', question.relationship, question.title, amount, samples));
    END IF;
  END LOOP;
  IF problems IS NOT NULL THEN
    RAISE EXCEPTION 'migration refused: nothing was changed'
      USING DETAIL = problems, HINT = 'Correct what is named above and run the script again. Another --reconcile helps only with links that one side lacks.';
  END IF;
END
$arcade$;

-- Constraints and indexes are known by what they are. Those that somebody renamed get their usual names, so
-- that all end with the names that Keystone 8 gives them.
DO $arcade$
DECLARE
  items jsonb;
  item record;
BEGIN
  SELECT jsonb_agg(to_jsonb(renamed)) INTO items
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
      expected (object, table_name, column_name, name, target) AS (
        VALUES
          ('foreign key', 'User', 'parent', 'user_parent_foreign', 'User'),
          ('index', 'User', 'parent', 'user_parent_index', NULL)
      )
    SELECT
      expected.object, expected.table_name, min(actual.name) AS present_name, expected.name AS usual_name,
      'arcade_migrate_' || row_number() OVER () AS spare_name
    FROM expected
    JOIN actual ON actual.object = expected.object
      AND actual.table_name = expected.table_name
      AND actual.column_name = expected.column_name
      AND actual.target IS NOT DISTINCT FROM expected.target
    GROUP BY expected.object, expected.table_name, expected.column_name, expected.name
    HAVING NOT bool_or(actual.name = expected.name)
  ) AS renamed;
  -- In two rounds, as some may have changed places.
  FOR item IN
    SELECT object, table_name, present_name AS old_name, spare_name AS new_name, 1 AS round
    FROM jsonb_to_recordset(items) AS items (object text, table_name text, present_name text, spare_name text)
    UNION ALL
    SELECT object, table_name, spare_name, usual_name, 2
    FROM jsonb_to_recordset(items) AS items (object text, table_name text, spare_name text, usual_name text)
    ORDER BY round
  LOOP
    IF item.object = 'index' THEN
      EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', 'public', item.old_name, item.new_name);
    ELSE
      EXECUTE format('ALTER TABLE %I.%I RENAME CONSTRAINT %I TO %I', 'public', item.table_name, item.old_name, item.new_name);
    END IF;
  END LOOP;
END
$arcade$;

-- All is named with its schema from here on, and seen to be whole. Triggers of yours find what they look for as they do at
-- other times; functions that are called are those of the server.
SET LOCAL search_path = DEFAULT;

SET LOCAL row_security = DEFAULT;

COMMIT;
