-- preflight.sql reports what migrate.sql would do to the schema "public" and what it would refuse. It changes nothing.
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;

DO $arcade$
DECLARE
  report refcursor := 'report';
  items text[] := '{}';
  below CONSTANT text := E'\n         ';  -- what resolves an item is printed below it
  merge CONSTANT text := E'\n         Keep them: generate with --reconcile merge, or resolve. Set them aside: --reconcile discard.';
  resolve CONSTANT text := E'\n         Keep what there is room for, and set the rest aside: generate with --reconcile resolve.';
  equal_rows CONSTANT text := E'\n         Delete all but one of each pair.';
  amount bigint;
  samples text;
  relationship text;
  mark int;
BEGIN
  SET LOCAL row_security = off;  -- fail rather than overlook rows that a policy hides
  SELECT string_agg(name, ', ') INTO samples
  FROM (VALUES ('"public"."Category"'), ('"public"."Post"'), ('"public"."Profile"'), ('"public"."User"')) AS lists (name)
  WHERE to_regclass(name) IS NULL;
  IF samples IS NOT NULL THEN
    RAISE EXCEPTION 'verdict: FAIL, % is missing', samples USING HINT = 'Is this the right database, and the right schema?';
  END IF;
  IF to_regclass('"public"."Post_likedBy_User_likes"') IS NOT NULL AND to_regclass('"public"."Post_likedBy"') IS NULL THEN
    RAISE EXCEPTION 'verdict: already migrated' USING HINT = 'Run verify.sql to check it.';
  END IF;

  -- Whoever runs migrate.sql must own the tables and be allowed to create in the schema.
  items := items || ARRAY(
    SELECT format(E'FAIL     %s belongs to %s, who must run migrate.sql\n         SET ROLE %2$s;', oid::regclass, relowner::regrole)
    FROM pg_class WHERE NOT pg_has_role(relowner, 'USAGE') AND oid IN (
      to_regclass('"public"."Category"'), to_regclass('"public"."Post"'), to_regclass('"public"."Profile"'),
      to_regclass('"public"."User"'), to_regclass('"public"."Post_categories"'), to_regclass('"public"."Post_likedBy"'),
      to_regclass('"public"."User_likes"'), to_regclass('"public"."User_posts"')
    )
    UNION ALL SELECT format(E'FAIL     %s may not create in the schema %s\n         GRANT CREATE ON SCHEMA %2$s TO %1$s;', role, nspname)
    FROM pg_namespace, (SELECT quote_ident(current_user)) AS roles (role)
    WHERE nspname = 'public' AND NOT has_schema_privilege(role::regrole, oid, 'CREATE')
  );

  -- Tables that old Keystone never created, and new names that are taken.
  items := items || ARRAY(
    SELECT format('note     %s does not exist, so nothing is lost with it', name)
    FROM (VALUES
      ('"public"."User_posts"'), ('"public"."User_likes"')
    ) AS dropped (name) WHERE to_regclass(name) IS NULL
    UNION ALL
    SELECT CASE WHEN to_regclass(name) IS NULL AND to_regtype(name) IS NULL THEN format('created  table %s, which is empty', name)
      WHEN columns < 2 THEN format(E'FAIL     the new name %s is taken\n         ALTER TABLE %1$s RENAME TO …;', name)
      ELSE format(E'FAIL     Keystone 8 has stored links in %s already\n         Keep them: generate with --reconcile merge.', name) END
    FROM (VALUES
      ('"public"."Post_likedBy_User_likes"', '"public"."Post_likedBy"', 'Post_left_id', 'User_right_id'),
      ('"public"."Post_categories_many"', '"public"."Post_categories"', 'Post_left_id', 'Category_right_id')
    ) AS moved (name, old, near, far),
      LATERAL (SELECT count(*) AS columns FROM pg_attribute WHERE attrelid = to_regclass(name) AND attname IN (near, far)) AS found
    WHERE to_regclass(name) IS NOT NULL OR to_regtype(name) IS NOT NULL OR old IS NULL OR to_regclass(old) IS NULL
  );

  -- Foreign keys and indexes that differ from old Keystone's. migrate.sql makes all of them as Keystone 8 does.
  items := items || ARRAY(
    WITH given (tab, col, target, rule, new_tab, new_col) AS (VALUES
      ('Post', 'author', 'User', 'NO ACTION', 'Post', 'author'),
      ('Post_likedBy', 'Post_id', 'Post', 'CASCADE', 'Post_likedBy_User_likes', 'Post_left_id'),
      ('Post_likedBy', 'User_id', 'User', 'CASCADE', 'Post_likedBy_User_likes', 'User_right_id'),
      ('Profile', 'user', 'User', 'NO ACTION', 'Profile', 'user'),
      ('Post_categories', 'Post_id', 'Post', 'CASCADE', 'Post_categories_many', 'Post_left_id'),
      ('Post_categories', 'Category_id', 'Category', 'CASCADE', 'Post_categories_many', 'Category_right_id')
    ), names AS (SELECT *, lower(tab || '_' || col) AS prefix, lower(new_tab || '_' || new_col) AS new_prefix FROM given
    ), columns AS (
      SELECT *, (prefix || '_index')::name AS old_index, (new_prefix || '_index')::name AS index
      FROM names JOIN pg_attribute ON attrelid = to_regclass(format('"public".%I', tab)) AND attname = col
    ), present AS (
      SELECT DISTINCT ON (tab, col) columns.*, relname
      FROM columns
        LEFT JOIN (pg_index JOIN pg_class ON oid = indexrelid AND relam = (SELECT oid FROM pg_am WHERE amname = 'btree'))
          ON indrelid = attrelid AND indkey::text = attnum::text AND NOT indisunique AND indpred IS NULL
      ORDER BY tab, col, relname <> old_index, indexrelid
    )
    SELECT CASE count(conname)
      WHEN 0 THEN format('created  foreign key %I on %I (%I): it was missing', (new_prefix || '_foreign')::name, new_tab, col)
      ELSE format('changed  foreign key %I on %I (%I): it was %s', (new_prefix || '_foreign')::name, new_tab, col,
        string_agg(quote_ident(conname) || ' ' || pg_get_constraintdef(pg_constraint.oid), ', ')) END
    FROM columns LEFT JOIN pg_constraint ON conrelid = attrelid AND conkey = ARRAY[attnum]
      AND confrelid = format('"public".%I', target)::regclass
    GROUP BY new_prefix, new_tab, col, rule, prefix
    HAVING count(conname) <> 1 OR NOT bool_and(conname = (prefix || '_foreign')::name
      AND convalidated AND NOT condeferrable AND confupdtype = 'a' AND confdeltype = CASE rule WHEN 'CASCADE' THEN 'c' ELSE 'a' END
      AND confkey = ARRAY(SELECT attnum FROM pg_attribute WHERE attrelid = confrelid AND attname = 'id'))
    UNION ALL SELECT CASE WHEN relname IS NULL THEN format('created  index %I on %I (%I): it was missing', index, new_tab, col)
      ELSE format('renamed  index %I on %I (%I): it was called %I', index, new_tab, col, relname) END
    FROM present WHERE relname IS DISTINCT FROM old_index AND index IS NOT NULL
    UNION ALL SELECT format(E'FAIL     the index name %I is taken\n         ALTER INDEX %s RENAME TO …;', index, oid::regclass)
    FROM present JOIN pg_class ON pg_class.relname = index AND relnamespace = '"public"'::regnamespace
    WHERE index NOT IN (SELECT present.relname FROM present WHERE present.relname IS NOT NULL)
  );

  -- What you added to what is dropped. migrate.sql refuses to drop it silently.
  items := items || ARRAY(
    SELECT format(E'FAIL     %s would be dropped with %s: move it or drop it\n         %s;', thing, tab || coalesce('.' || col, ''), CASE
      WHEN thing LIKE 'column %' THEN format('ALTER TABLE %s DROP %s', tab, split_part(thing, ' of ', 1))
      WHEN thing LIKE 'constraint %' THEN regexp_replace(thing, '(constraint .*) on table (.*)', 'ALTER TABLE \2 DROP \1')
      ELSE 'DROP ' || regexp_replace(replace(thing, ' on table ', ' on '), '^rule "?_RETURN"? on ', '') END)
    FROM (VALUES
    (to_regclass('"public"."User_posts"'), NULL, 'User_id', 'Post_id'),
    (to_regclass('"public"."User_likes"'), NULL, 'User_id', 'Post_id'),
    (to_regclass('"public"."User"'), 'profile', NULL, NULL)
  ) AS dropped (tab, col, near, far), LATERAL (
    SELECT attrelid AS objid, attnum AS objsubid, 'pg_class'::regclass AS classid FROM pg_attribute
      WHERE attrelid = tab AND attnum > 0 AND NOT attisdropped AND attname NOT IN (near, far)
    UNION SELECT inhparent, 0, 'pg_class'::regclass FROM pg_inherits WHERE inhrelid = tab AND col IS NULL
    UNION SELECT objid, 0, classid FROM pg_depend WHERE refobjid = tab AND col IS NULL
      AND classid = ANY ('{pg_trigger,pg_policy,pg_rewrite}'::regclass[])
    UNION SELECT pg_attrdef.oid, 0, 'pg_attrdef'::regclass FROM pg_attrdef JOIN pg_depend ON objid = pg_attrdef.oid
      JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid WHERE attrelid = tab AND attname = col AND adnum <> attnum
    UNION SELECT objid, 0, classid FROM pg_depend WHERE deptype = 'n' AND classid <> 'pg_publication_rel'::regclass AND col IS NULL
      AND refobjid IN (tab, (SELECT reltype FROM pg_class WHERE oid = tab))
      AND objid NOT IN (SELECT oid FROM pg_constraint WHERE conrelid = tab)
    UNION SELECT objid, 0 AS objsubid, classid FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
      WHERE attrelid = tab AND attname = col AND classid <> ALL ('{pg_attrdef,pg_statistic_ext}'::regclass[])
      AND objid NOT IN (SELECT oid FROM pg_constraint WHERE conrelid = tab AND conkey = ARRAY[attnum])
      AND objid NOT IN (SELECT indexrelid FROM pg_index WHERE indrelid = tab AND indkey::text = attnum::text)
  ) AS yours,
      pg_describe_object(classid, objid, objsubid) AS thing
  );

  -- What is dropped along with it. No link is affected, but rollback does not restore these.
  items := items || ARRAY(
    SELECT format('lost     %s, with %s', what, tab || coalesce('.' || quote_ident(col), ''))
    FROM (VALUES
      (to_regclass('"public"."User_posts"'), to_regclass('"public"."User"'), NULL),
      (to_regclass('"public"."User_likes"'), to_regclass('"public"."User"'), NULL),
      (to_regclass('"public"."User"'), NULL, 'profile')
    ) AS dropped (tab, list, col), LATERAL (
      SELECT pg_describe_object(classid, objid, 0) AS what FROM pg_depend WHERE refobjid = tab
        AND deptype = 'a' AND (col IS NULL OR refobjsubid = (SELECT attnum FROM pg_attribute WHERE attrelid = tab AND attname = col))
        AND classid = ANY ('{pg_class,pg_constraint,pg_attrdef,pg_statistic_ext,pg_publication_rel}'::regclass[])
        AND objid NOT IN (SELECT oid FROM pg_constraint WHERE contype IN ('f', 'n') AND cardinality(conkey) = 1)
        AND objid NOT IN (SELECT indexrelid FROM pg_index WHERE indnatts = 1 AND indpred IS NULL AND indexprs IS NULL)
      UNION SELECT format('comment %L', description) FROM pg_description WHERE objoid = tab
        AND (col IS NULL OR objsubid = (SELECT attnum FROM pg_attribute WHERE attrelid = tab AND attname = col))
      UNION SELECT format('grant of %s on column %s to %s', privilege_type, attname,
        CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END) FROM pg_attribute, aclexplode(attacl)
        WHERE attrelid = tab AND (col IS NULL OR attname = col)
      UNION SELECT format('grant of %s to %s', privilege_type, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
        FROM pg_class, aclexplode(relacl) WHERE oid = tab AND list IS NOT NULL AND grantee <> relowner
        AND (grantee, privilege_type) NOT IN (SELECT grantee, privilege_type FROM pg_class, aclexplode(relacl) WHERE oid = list)
      UNION SELECT setting FROM pg_class, unnest(ARRAY[CASE WHEN relreplident <> 'd' THEN 'replica identity' END,
        CASE WHEN relrowsecurity THEN 'row-level security' END, CASE WHEN relpersistence = 'u' THEN 'UNLOGGED' END,
        'options ' || array_to_string(reloptions, ', ')]) AS setting WHERE oid = tab AND list IS NOT NULL AND setting IS NOT NULL
    ) AS attached
  );

  -- PostgreSQL does not change names in the text of a function.
  items := items || ARRAY(
    SELECT format('note     function %s mentions %s: change its text too', oid::regprocedure, string_agg(name, ', '))
    FROM pg_proc JOIN (VALUES
      ('User_posts'), ('Post_likedBy'), ('User_likes'), ('Post_categories'), ('profile')
    ) AS names (name) ON strpos(prosrc, name) > 0
    WHERE pronamespace <> 'pg_catalog'::regnamespace GROUP BY oid
    UNION ALL SELECT DISTINCT format('note     %s may use the old names of columns', pg_describe_object(classid, objid, 0))
    FROM pg_class JOIN pg_depend ON refobjid IN (pg_class.oid, reltype) AND classid = ANY ('{pg_trigger,pg_proc}'::regclass[])
    WHERE pg_class.oid IN (
      to_regclass('"public"."Post_likedBy"'), to_regclass('"public"."Post_categories"')
    )
  );

  -- 1. drop table "User_posts"
  relationship := 'Post.author <-> User.posts';
  mark := cardinality(items);
  IF to_regclass('"public"."User_posts"') IS NOT NULL THEN
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
      SELECT format('Post %s - User %s', "Post_id", "User_id") AS link
      FROM (SELECT "Post_id", "User_id" FROM "public"."User_posts" EXCEPT SELECT "id", "author" FROM "public"."Post") AS missing) AS found;
    items := items || CASE WHEN amount > 0 THEN
      format('FAIL     %s: links stored only in "User_posts": %s (%s)', relationship, amount, samples) || merge END;
  END IF;
  SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
    SELECT format('Post %s - User %s', near, far) AS link FROM (
      SELECT DISTINCT kept."id" AS near, kept."author" AS far
      FROM "public"."Post" AS kept LEFT JOIN "public"."User" AS far ON far."id" = kept."author"
      WHERE kept."author" IS NOT NULL AND far."id" IS NULL) AS dangling) AS found;
  items := items || CASE WHEN amount > 0 THEN
    format('FAIL     %s: links in "Post"."author" to rows that are gone: %s (%s)', relationship, amount, samples)
      || below || 'UPDATE "public"."Post" SET "author" = NULL WHERE "author" NOT IN (SELECT "id" FROM "public"."User");' END;
  items := items || (SELECT format('ok       %s: %s links', relationship, count(*)) FROM "public"."Post"
    WHERE "author" IS NOT NULL HAVING ('FAIL' = ANY (SELECT left(item, 4) FROM unnest(items[mark + 1:]) AS item)) IS NOT TRUE);

  -- 2. drop table "User_likes", rename table "Post_likedBy" to "Post_likedBy_User_likes"
  relationship := 'Post.likedBy <-> User.likes';
  mark := cardinality(items);
  IF to_regclass('"public"."Post_likedBy"') IS NOT NULL THEN
    IF to_regclass('"public"."User_likes"') IS NOT NULL THEN
      SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
        SELECT format('Post %s - User %s', "Post_id", "User_id") AS link FROM (
          SELECT "Post_id", "User_id" FROM "public"."User_likes" EXCEPT SELECT "Post_id", "User_id" FROM "public"."Post_likedBy") AS missing
      ) AS found;
      items := items || CASE WHEN amount > 0 THEN
        format('FAIL     %s: links stored only in "User_likes": %s (%s)', relationship, amount, samples) || merge END;
    END IF;
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
      SELECT format('Post %s - User %s', near, far) AS link FROM (
        SELECT "Post_id" AS near, "User_id" AS far FROM "public"."Post_likedBy" GROUP BY "Post_id", "User_id" HAVING count(*) > 1) AS pair
    ) AS found;
    items := items || CASE WHEN amount > 0 THEN
      format('note     %s: repeated pairs in "Post_likedBy", of which one row each is kept: %s (%s)', relationship, amount, samples) END;
    IF amount > 0 THEN
      SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
      SELECT format('Post %s - User %s', near, far) AS link FROM (
        SELECT "Post_id" AS near, "User_id" AS far FROM "public"."Post_likedBy" AS link GROUP BY 1, 2
        HAVING count(DISTINCT link.tableoid::text || link.*::text) > 1) AS pair) AS found;
    items := items || CASE WHEN amount > 0 THEN
      format('FAIL     %s: repeated pairs in "Post_likedBy" whose rows differ: %s (%s)', relationship, amount, samples) || equal_rows END;
      items := items || ARRAY(
        SELECT format(E'FAIL     %s publishes deletes\n         ALTER TABLE %s REPLICA IDENTITY FULL;', pubname, pg_class.oid::regclass)
        FROM pg_class JOIN pg_publication_tables ON tablename = relname JOIN pg_publication USING (pubname)
        WHERE pg_class.oid = '"public"."Post_likedBy"'::regclass AND pubdelete AND relreplident <> 'f'
          AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND (indisreplident OR relreplident = 'd' AND indisprimary)));
    END IF;
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
      SELECT format('Post %s - User %s', near, far) AS link FROM (
        SELECT DISTINCT kept."Post_id" AS near, kept."User_id" AS far FROM "public"."Post_likedBy" AS kept
          LEFT JOIN "public"."Post" AS near ON near."id" = kept."Post_id" LEFT JOIN "public"."User" AS far ON far."id" = kept."User_id"
        WHERE near."id" IS NULL OR far."id" IS NULL) AS dangling) AS found;
    items := items || CASE WHEN amount > 0 THEN
      format('FAIL     %s: links in "Post_likedBy" to rows that are gone: %s (%s)', relationship, amount, samples)
        || below || 'DELETE FROM "public"."Post_likedBy" WHERE "Post_id" NOT IN (SELECT "id" FROM "public"."Post");'
        || below || 'DELETE FROM "public"."Post_likedBy" WHERE "User_id" NOT IN (SELECT "id" FROM "public"."User");' END;
    items := items || (SELECT format('ok       %s: %s links', relationship, count(*)) FROM "public"."Post_likedBy"
      HAVING ('FAIL' = ANY (SELECT left(item, 4) FROM unnest(items[mark + 1:]) AS item)) IS NOT TRUE);
  END IF;

  -- 3. drop column "User"."profile"
  relationship := 'Profile.user <-> User.profile';
  mark := cardinality(items);
  SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
    SELECT format('Profile %s - User %s', "id", "user") AS link FROM (
      SELECT "id", "user", row_number() OVER (PARTITION BY "user" ORDER BY "id") AS place FROM "public"."Profile" WHERE "user" IS NOT NULL
    ) AS kept
    WHERE place > 1) AS found;
  items := items || CASE WHEN amount > 0 THEN
    format('FAIL     %s: more than one Profile for one User: %s (%s)', relationship, amount, samples) || resolve END;
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = '"public"."User"'::regclass AND attname = 'profile' AND NOT attisdropped) THEN
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
      SELECT format('Profile %s - User %s', "profile", "id") AS link FROM (
        SELECT "profile", "id" FROM "public"."User" WHERE "profile" IS NOT NULL EXCEPT SELECT "id", "user" FROM "public"."Profile"
      ) AS missing) AS found;
    items := items || CASE WHEN amount > 0 THEN
      format('FAIL     %s: links stored only in "User"."profile": %s (%s)', relationship, amount, samples) || merge END;
  END IF;
  SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
    SELECT format('Profile %s - User %s', near, far) AS link FROM (
      SELECT DISTINCT kept."id" AS near, kept."user" AS far
      FROM "public"."Profile" AS kept LEFT JOIN "public"."User" AS far ON far."id" = kept."user"
      WHERE kept."user" IS NOT NULL AND far."id" IS NULL) AS dangling) AS found;
  items := items || CASE WHEN amount > 0 THEN
    format('FAIL     %s: links in "Profile"."user" to rows that are gone: %s (%s)', relationship, amount, samples)
      || below || 'UPDATE "public"."Profile" SET "user" = NULL WHERE "user" NOT IN (SELECT "id" FROM "public"."User");' END;
  items := items || (SELECT format('ok       %s: %s links', relationship, count(*)) FROM "public"."Profile"
    WHERE "user" IS NOT NULL HAVING ('FAIL' = ANY (SELECT left(item, 4) FROM unnest(items[mark + 1:]) AS item)) IS NOT TRUE);

  -- 4. rename table "Post_categories" to "Post_categories_many"
  relationship := 'Post.categories -> Category';
  mark := cardinality(items);
  IF to_regclass('"public"."Post_categories"') IS NOT NULL THEN
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
      SELECT format('Post %s - Category %s', near, far) AS link FROM (
        SELECT "Post_id" AS near, "Category_id" AS far FROM "public"."Post_categories" GROUP BY "Post_id", "Category_id" HAVING count(*) > 1
      ) AS pair) AS found;
    items := items || CASE WHEN amount > 0 THEN
      format('note     %s: repeated pairs in "Post_categories", of which one row each is kept: %s (%s)',
        relationship, amount, samples) END;
    IF amount > 0 THEN
      SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
      SELECT format('Post %s - Category %s', near, far) AS link FROM (
        SELECT "Post_id" AS near, "Category_id" AS far FROM "public"."Post_categories" AS link GROUP BY 1, 2
        HAVING count(DISTINCT link.tableoid::text || link.*::text) > 1) AS pair) AS found;
    items := items || CASE WHEN amount > 0 THEN
      format('FAIL     %s: repeated pairs in "Post_categories" whose rows differ: %s (%s)',
        relationship, amount, samples) || equal_rows END;
      items := items || ARRAY(
        SELECT format(E'FAIL     %s publishes deletes\n         ALTER TABLE %s REPLICA IDENTITY FULL;', pubname, pg_class.oid::regclass)
        FROM pg_class JOIN pg_publication_tables ON tablename = relname JOIN pg_publication USING (pubname)
        WHERE pg_class.oid = '"public"."Post_categories"'::regclass AND pubdelete AND relreplident <> 'f'
          AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND (indisreplident OR relreplident = 'd' AND indisprimary)));
    END IF;
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
      SELECT format('Post %s - Category %s', near, far) AS link FROM (
        SELECT DISTINCT kept."Post_id" AS near, kept."Category_id" AS far FROM "public"."Post_categories" AS kept
          LEFT JOIN "public"."Post" AS near ON near."id" = kept."Post_id"
          LEFT JOIN "public"."Category" AS far ON far."id" = kept."Category_id"
        WHERE near."id" IS NULL OR far."id" IS NULL) AS dangling) AS found;
    items := items || CASE WHEN amount > 0 THEN
      format('FAIL     %s: links in "Post_categories" to rows that are gone: %s (%s)', relationship, amount, samples)
        || below || 'DELETE FROM "public"."Post_categories" WHERE "Post_id" NOT IN (SELECT "id" FROM "public"."Post");'
        || below || 'DELETE FROM "public"."Post_categories" WHERE "Category_id" NOT IN (SELECT "id" FROM "public"."Category");' END;
    items := items || (SELECT format('ok       %s: %s links', relationship, count(*)) FROM "public"."Post_categories"
      HAVING ('FAIL' = ANY (SELECT left(item, 4) FROM unnest(items[mark + 1:]) AS item)) IS NOT TRUE);
  END IF;
  items := items || 'ok       relationships that do not change and are left alone: 3'::text;
  amount := (SELECT count(*) FROM unnest(items) AS item WHERE item LIKE 'FAIL%');
  items := items || CASE amount WHEN 0 THEN 'verdict: ready to migrate' WHEN 1 THEN 'verdict: FAIL, 1 problem'
    ELSE format('verdict: FAIL, %s problems', amount) END;
  OPEN report SCROLL FOR
    SELECT line AS preflight
    FROM unnest(items) WITH ORDINALITY AS items (item, n), unnest(string_to_array(item, E'\n')) WITH ORDINALITY AS lines (line, m)
    ORDER BY array_position('{FAIL,lost,given up,added,changed,renamed,created,note,ok}', rtrim(left(item, 9))), n, m;
END
$arcade$;

FETCH ALL FROM report;

DO $arcade$
DECLARE
  report refcursor := 'report';
  line text;
  failed text;
BEGIN
  MOVE ABSOLUTE 0 FROM report;
  LOOP
    FETCH report INTO line;
    EXIT WHEN NOT FOUND;
    IF line LIKE 'FAIL%' THEN failed := concat_ws(E'\n', failed, line); END IF;
    IF line LIKE 'verdict: FAIL%' THEN RAISE EXCEPTION '%', line USING DETAIL = failed; END IF;
  END LOOP;
END
$arcade$;

COMMIT;
