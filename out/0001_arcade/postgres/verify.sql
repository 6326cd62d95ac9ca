-- verify: is the database as Keystone 8 expects it? Changes nothing, fails when it is not.
--
-- Keystone 5, from before its Arcade release to after it. Schema "public", PostgreSQL 12 and later.

-- Nothing is written: the server itself refuses it.
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ,
READ ONLY;

SET LOCAL statement_timeout = 0;

SET LOCAL search_path = pg_catalog;

-- A policy that hides rows from whoever runs this must be an error: all links are to be seen.
SET LOCAL row_security = off;

-- To compile these questions takes longer than to answer them.
SET LOCAL jit = off;

-- The answers are collected in a setting of this transaction, so that not even a temporary table is needed.
DO $arcade$
#variable_conflict use_column
DECLARE
  report jsonb;
  question record;
  amount bigint;
  samples text;
  answers jsonb[] := '{}';
BEGIN
  -- What the catalogue must hold, and must not hold.
  SELECT jsonb_agg(to_jsonb(shape) - 'changes' ORDER BY relationship, "check") INTO report
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
          ('Post.author <-> User.posts', true, 'column', 'Post', 'author', NULL, NULL, false),
          ('Post.author <-> User.posts', true, 'foreign key', 'Post', 'author', 'post_author_foreign', 'User', false),
          ('Post.author <-> User.posts', true, 'index', 'Post', 'author', 'post_author_index', NULL, false),
          ('Post.author <-> User.posts', false, 'relation', 'User_posts', NULL, NULL, NULL, true),
          ('Post.likedBy <-> User.likes', true, 'table', 'Post_likedBy_User_likes', NULL, NULL, NULL, true),
          ('Post.likedBy <-> User.likes', true, 'not null column', 'Post_likedBy_User_likes', 'Post_left_id', NULL, NULL, true),
          ('Post.likedBy <-> User.likes', true, 'not null column', 'Post_likedBy_User_likes', 'User_right_id', NULL, NULL, true),
          ('Post.likedBy <-> User.likes', true, 'foreign key', 'Post_likedBy_User_likes', 'Post_left_id', 'post_likedby_user_likes_post_left_id_foreign', 'Post on delete cascade', true),
          ('Post.likedBy <-> User.likes', true, 'index', 'Post_likedBy_User_likes', 'Post_left_id', 'post_likedby_user_likes_post_left_id_index', NULL, true),
          ('Post.likedBy <-> User.likes', true, 'foreign key', 'Post_likedBy_User_likes', 'User_right_id', 'post_likedby_user_likes_user_right_id_foreign', 'User on delete cascade', true),
          ('Post.likedBy <-> User.likes', true, 'index', 'Post_likedBy_User_likes', 'User_right_id', 'post_likedby_user_likes_user_right_id_index', NULL, true),
          ('Post.likedBy <-> User.likes', false, 'relation', 'Post_likedBy', NULL, NULL, NULL, true),
          ('Post.likedBy <-> User.likes', false, 'relation', 'User_likes', NULL, NULL, NULL, true),
          ('Profile.user <-> User.profile', true, 'column', 'Profile', 'user', NULL, NULL, false),
          ('Profile.user <-> User.profile', true, 'foreign key', 'Profile', 'user', 'profile_user_foreign', 'User', false),
          ('Profile.user <-> User.profile', true, 'index', 'Profile', 'user', 'profile_user_index', NULL, false),
          ('Profile.user <-> User.profile', false, 'column', 'User', 'profile', NULL, NULL, true),
          ('Post.categories -> Category', true, 'table', 'Post_categories_many', NULL, NULL, NULL, true),
          ('Post.categories -> Category', true, 'not null column', 'Post_categories_many', 'Post_left_id', NULL, NULL, true),
          ('Post.categories -> Category', true, 'not null column', 'Post_categories_many', 'Category_right_id', NULL, NULL, true),
          ('Post.categories -> Category', true, 'foreign key', 'Post_categories_many', 'Post_left_id', 'post_categories_many_post_left_id_foreign', 'Post on delete cascade', true),
          ('Post.categories -> Category', true, 'index', 'Post_categories_many', 'Post_left_id', 'post_categories_many_post_left_id_index', NULL, true),
          ('Post.categories -> Category', true, 'foreign key', 'Post_categories_many', 'Category_right_id', 'post_categories_many_category_right_id_foreign', 'Category on delete cascade', true),
          ('Post.categories -> Category', true, 'index', 'Post_categories_many', 'Category_right_id', 'post_categories_many_category_right_id_index', NULL, true),
          ('Post.categories -> Category', false, 'relation', 'Post_categories', NULL, NULL, NULL, true),
          ('Category.children <-> Category.parent', true, 'column', 'Category', 'parent', NULL, NULL, false),
          ('Category.children <-> Category.parent', true, 'foreign key', 'Category', 'parent', 'category_parent_foreign', 'Category', false),
          ('Category.children <-> Category.parent', true, 'index', 'Category', 'parent', 'category_parent_index', NULL, false),
          ('Category.children <-> Category.parent', false, 'relation', 'Category_children', NULL, NULL, NULL, false),
          ('Comment.author -> User', true, 'column', 'Comment', 'author', NULL, NULL, false),
          ('Comment.author -> User', true, 'foreign key', 'Comment', 'author', 'comment_author_foreign', 'User', false),
          ('Comment.author -> User', true, 'index', 'Comment', 'author', 'comment_author_index', NULL, false),
          ('Comment.post -> Post', true, 'column', 'Comment', 'post', NULL, NULL, false),
          ('Comment.post -> Post', true, 'foreign key', 'Comment', 'post', 'comment_post_foreign', 'Post', false),
          ('Comment.post -> Post', true, 'index', 'Comment', 'post', 'comment_post_index', NULL, false)
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

  -- Questions to the rows: each finds what the title says, and what the result is called where it finds something.
  FOR question IN
    SELECT * FROM (
      VALUES
        ('Post.author <-> User.posts', 'links in "Post"."author" to rows that are gone', 'FAIL', $question$
          SELECT
            'User ' || link."author" || ' - Post ' || link."id" AS sample,
            row_number() OVER (ORDER BY link."author", link."id") AS number
          FROM "public"."Post" AS link
          LEFT JOIN "public"."User" AS target_0 ON target_0.id = link."author"
          WHERE link."author" IS NOT NULL AND target_0.id IS NULL
        $question$),
        ('Post.likedBy <-> User.likes', 'pairs that are more than once in "Post_likedBy_User_likes"', 'FAIL', $question$
          SELECT
            'Post ' || "Post_left_id" || ' - User ' || "User_right_id" AS sample,
            row_number() OVER (ORDER BY "Post_left_id", "User_right_id") AS number
          FROM "public"."Post_likedBy_User_likes"
          GROUP BY "Post_left_id", "User_right_id"
          HAVING count(*) > 1
        $question$),
        ('Post.likedBy <-> User.likes', 'links in "Post_likedBy_User_likes" to rows that are gone', 'FAIL', $question$
          SELECT
            'Post ' || link."Post_left_id" || ' - User ' || link."User_right_id" AS sample,
            row_number() OVER (ORDER BY link."Post_left_id", link."User_right_id") AS number
          FROM "public"."Post_likedBy_User_likes" AS link
          LEFT JOIN "public"."Post" AS target_0 ON target_0.id = link."Post_left_id"
          LEFT JOIN "public"."User" AS target_1 ON target_1.id = link."User_right_id"
          WHERE link."Post_left_id" IS NOT NULL AND target_0.id IS NULL OR link."User_right_id" IS NOT NULL AND target_1.id IS NULL
        $question$),
        ('Profile.user <-> User.profile', 'User rows with more than one Profile in "Profile"."user", one-to-one', 'FAIL', $question$
          SELECT
            'User ' || "user" || ' with Profile ' || array_to_string((array_agg("id" ORDER BY "id"))[1:10], ' and ') || CASE WHEN count(*) > 10 THEN ' and ' || count(*) - 10 || ' more' ELSE '' END AS sample,
            row_number() OVER (ORDER BY "user") AS number
          FROM "public"."Profile"
          WHERE "user" IN (
            SELECT "user" FROM "public"."Profile" WHERE "user" IS NOT NULL GROUP BY "user" HAVING count(*) > 1
          )
          GROUP BY "user"
        $question$),
        ('Profile.user <-> User.profile', 'links in "Profile"."user" to rows that are gone', 'FAIL', $question$
          SELECT
            'User ' || link."user" || ' - Profile ' || link."id" AS sample,
            row_number() OVER (ORDER BY link."user", link."id") AS number
          FROM "public"."Profile" AS link
          LEFT JOIN "public"."User" AS target_0 ON target_0.id = link."user"
          WHERE link."user" IS NOT NULL AND target_0.id IS NULL
        $question$),
        ('Post.categories -> Category', 'pairs that are more than once in "Post_categories_many"', 'FAIL', $question$
          SELECT
            'Post ' || "Post_left_id" || ' - Category ' || "Category_right_id" AS sample,
            row_number() OVER (ORDER BY "Post_left_id", "Category_right_id") AS number
          FROM "public"."Post_categories_many"
          GROUP BY "Post_left_id", "Category_right_id"
          HAVING count(*) > 1
        $question$),
        ('Post.categories -> Category', 'links in "Post_categories_many" to rows that are gone', 'FAIL', $question$
          SELECT
            'Post ' || link."Post_left_id" || ' - Category ' || link."Category_right_id" AS sample,
            row_number() OVER (ORDER BY link."Post_left_id", link."Category_right_id") AS number
          FROM "public"."Post_categories_many" AS link
          LEFT JOIN "public"."Post" AS target_0 ON target_0.id = link."Post_left_id"
          LEFT JOIN "public"."Category" AS target_1 ON target_1.id = link."Category_right_id"
          WHERE link."Post_left_id" IS NOT NULL AND target_0.id IS NULL OR link."Category_right_id" IS NOT NULL AND target_1.id IS NULL
        $question$),
        ('Category.children <-> Category.parent', 'links in "Category"."parent" to rows that are gone', 'FAIL', $question$
          SELECT
            'Category ' || link."parent" || ' - Category ' || link."id" AS sample,
            row_number() OVER (ORDER BY link."parent", link."id") AS number
          FROM "public"."Category" AS link
          LEFT JOIN "public"."Category" AS target_0 ON target_0.id = link."parent"
          WHERE link."parent" IS NOT NULL AND target_0.id IS NULL
        $question$),
        ('Comment.author -> User', 'links in "Comment"."author" to rows that are gone', 'FAIL', $question$
          SELECT
            'Comment ' || link."id" || ' - User ' || link."author" AS sample,
            row_number() OVER (ORDER BY link."id", link."author") AS number
          FROM "public"."Comment" AS link
          LEFT JOIN "public"."User" AS target_0 ON target_0.id = link."author"
          WHERE link."author" IS NOT NULL AND target_0.id IS NULL
        $question$),
        ('Comment.post -> Post', 'links in "Comment"."post" to rows that are gone', 'FAIL', $question$
          SELECT
            'Comment ' || link."id" || ' - Post ' || link."post" AS sample,
            row_number() OVER (ORDER BY link."id", link."post") AS number
          FROM "public"."Comment" AS link
          LEFT JOIN "public"."Post" AS target_0 ON target_0.id = link."post"
          WHERE link."post" IS NOT NULL AND target_0.id IS NULL
        $question$)
    ) AS questions (relationship, title, finding, query)
  LOOP
    BEGIN
      EXECUTE format('SELECT count(*), string_agg(sample, '', '' ORDER BY number) FILTER (WHERE number <= 10) FROM (%s) AS findings', question.query) INTO amount, samples;
      answers := array_append(answers, jsonb_build_object(
        'relationship', question.relationship,
        'check', question.title,
        'result', CASE WHEN amount = 0 AND question.finding <> 'info' THEN 'ok' ELSE question.finding END,
        'detail', concat_ws(': ', amount, samples)
      ));
    EXCEPTION WHEN syntax_error_or_access_rule_violation OR invalid_schema_name THEN
      -- What it asks for is missing, or may not be read: the others are answered all the same.
      answers := array_append(answers, jsonb_build_object(
        'relationship', question.relationship,
        'check', question.title,
        'result', 'not asked',
        'detail', SQLERRM
      ));
    END;
  END LOOP;
  report := coalesce(report, '[]') || to_jsonb(answers);
  PERFORM set_config('arcade_migrate.report', report::text, TRUE);
END
$arcade$;

SELECT
  answer ->> 'relationship' AS relationship,
  answer ->> 'check' AS "check",
  answer ->> 'result' AS result,
  answer ->> 'detail' AS detail
FROM
  jsonb_array_elements(current_setting('arcade_migrate.report')::jsonb) WITH ORDINALITY AS answers (answer, number)
ORDER BY
  array_position(ARRAY['not asked', 'FAIL'], answer ->> 'result') NULLS FIRST,
  number;

-- For runners that show errors only, the error says it all again.
DO $arcade$
DECLARE
  failed bigint;
  unasked bigint;
  problems text;
BEGIN
  SELECT
    count(*) FILTER (WHERE answer ->> 'result' = 'FAIL'),
    count(*) FILTER (WHERE answer ->> 'result' = 'not asked'),
    string_agg(concat_ws(': ', answer ->> 'relationship', answer ->> 'check', nullif(answer ->> 'result', 'FAIL'), answer ->> 'detail'), E'\n' ORDER BY answer ->> 'result', number)
  INTO failed, unasked, problems
  FROM jsonb_array_elements(current_setting('arcade_migrate.report')::jsonb) WITH ORDINALITY AS answers (answer, number)
  WHERE answer ->> 'result' IN ('FAIL', 'not asked');
  IF problems IS NOT NULL THEN
    RAISE EXCEPTION '%: this is not the schema that Keystone 8 expects', failed || CASE failed WHEN 1 THEN ' check failed' ELSE ' checks failed' END || CASE unasked WHEN 0 THEN '' ELSE ', ' || unasked || ' could not be asked' END
      USING DETAIL = problems;
  END IF;
END
$arcade$;

COMMIT;
