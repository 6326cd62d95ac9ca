-- verify.sql checks that the schema "public" is as Keystone 8 expects it. It changes nothing.
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;

DO $arcade$
DECLARE
  report refcursor := 'report';
  items text[] := '{}';
  amount bigint;
  samples text;
  relationship text;
  mark int;
BEGIN
  SET LOCAL row_security = off;  -- fail rather than overlook rows that a policy hides

  -- Tables: Keystone 8's exist, and old Keystone's do not.
  items := items || ARRAY(
    SELECT format('FAIL     table %s is missing', name) FROM (VALUES
      ('"public"."Category"'), ('"public"."Post"'), ('"public"."Profile"'), ('"public"."User"'), ('"public"."Post_likedBy_User_likes"'),
      ('"public"."Post_categories_many"')
    ) AS wanted (name) WHERE to_regclass(name) IS NULL
    UNION ALL SELECT format('FAIL     %s of old Keystone is still there', name) FROM (VALUES
      ('"public"."User_posts"'), ('"public"."Post_likedBy"'), ('"public"."User_likes"'), ('"public"."Post_categories"')
    ) AS old (name) WHERE to_regclass(name) IS NOT NULL
    UNION ALL SELECT format('FAIL     column %s.%I of old Keystone is still there', tab, col) FROM (VALUES
      ('"public"."User"', 'profile')
    ) AS old (tab, col) JOIN pg_attribute ON attrelid = to_regclass(tab) AND attname = col AND NOT attisdropped
  );

  -- Columns with their foreign keys and indexes.
  items := items || ARRAY(
    WITH given (tab, col, target, rule) AS (VALUES
      ('Post', 'author', 'User', 'NO ACTION'),
      ('Post_likedBy_User_likes', 'Post_left_id', 'Post', 'CASCADE'),
      ('Post_likedBy_User_likes', 'User_right_id', 'User', 'CASCADE'),
      ('Profile', 'user', 'User', 'NO ACTION'),
      ('Post_categories_many', 'Post_left_id', 'Post', 'CASCADE'),
      ('Post_categories_many', 'Category_right_id', 'Category', 'CASCADE')
    ), names AS (SELECT *, lower(tab || '_' || col) AS prefix FROM given
    ), columns AS (
      SELECT *, (prefix || '_foreign')::name AS foreign_key, (prefix || '_index')::name AS index
      FROM names LEFT JOIN pg_attribute ON attrelid = to_regclass(format('"public".%I', tab)) AND attname = col
    )
    SELECT format('FAIL     column %I.%I is missing%s', tab, col, CASE WHEN attnum IS NOT NULL THEN ' its NOT NULL' END)
    FROM columns WHERE attnum IS NULL OR rule = 'CASCADE' AND NOT attnotnull
    UNION ALL SELECT format('FAIL     foreign key %I is missing on %I (%I)%s', foreign_key, tab, col,
      ': there is ' || string_agg(quote_ident(conname) || ' ' || pg_get_constraintdef(pg_constraint.oid), ', '))
    FROM columns LEFT JOIN pg_constraint ON conrelid = attrelid AND conkey = ARRAY[attnum] AND contype = 'f'
    WHERE attnum IS NOT NULL GROUP BY foreign_key, tab, col, target, rule
    HAVING count(conname) <> 1 OR NOT bool_and(conname = foreign_key AND confrelid = format('"public".%I', target)::regclass
      AND convalidated AND NOT condeferrable AND confupdtype = 'a' AND confdeltype = CASE rule WHEN 'CASCADE' THEN 'c' ELSE 'a' END
      AND confkey = ARRAY(SELECT attnum FROM pg_attribute WHERE attrelid = confrelid AND attname = 'id'))
    UNION ALL SELECT format('FAIL     index %I is missing on %I (%I)%s', index, tab, col, ': there is ' || string_agg(relname, ', '))
    FROM columns
      LEFT JOIN (pg_index JOIN pg_class ON oid = indexrelid AND relam = (SELECT oid FROM pg_am WHERE amname = 'btree'))
        ON indrelid = attrelid AND indkey::text = attnum::text AND NOT indisunique AND indpred IS NULL
    WHERE attnum IS NOT NULL AND index IS NOT NULL GROUP BY index, tab, col HAVING bool_or(relname = index) IS NOT TRUE
  );
  IF cardinality(items) = 0 THEN

    -- Post.author <-> User.posts
    relationship := 'Post.author <-> User.posts';
    mark := cardinality(items);
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
    SELECT format('Post %s - User %s', kept."id", kept."author") AS link
    FROM "public"."Post" AS kept LEFT JOIN "public"."User" AS far ON far."id" = kept."author"
    WHERE kept."author" IS NOT NULL AND far."id" IS NULL) AS found;
  items := items || CASE WHEN amount > 0 THEN
    format('FAIL     %s: links in "Post"."author" to rows that are gone: %s (%s)', relationship, amount, samples) END;
    items := items || (SELECT format('ok       %s: %s links', relationship, count(*)) FROM "public"."Post"
      WHERE "author" IS NOT NULL HAVING ('FAIL' = ANY (SELECT left(item, 4) FROM unnest(items[mark + 1:]) AS item)) IS NOT TRUE);

    -- Post.likedBy <-> User.likes
    relationship := 'Post.likedBy <-> User.likes';
    mark := cardinality(items);
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
    SELECT format('Post %s - User %s', near, far) AS link FROM (
      SELECT "Post_left_id" AS near, "User_right_id" AS far FROM "public"."Post_likedBy_User_likes"
      GROUP BY "Post_left_id", "User_right_id" HAVING count(*) > 1) AS pair) AS found;
  items := items || CASE WHEN amount > 0 THEN
    format('FAIL     %s: repeated pairs in "Post_likedBy_User_likes": %s (%s)', relationship, amount, samples) END;
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
    SELECT format('Post %s - User %s', kept."Post_left_id", kept."User_right_id") AS link FROM "public"."Post_likedBy_User_likes" AS kept
      LEFT JOIN "public"."Post" AS near ON near."id" = kept."Post_left_id"
      LEFT JOIN "public"."User" AS far ON far."id" = kept."User_right_id"
    WHERE near."id" IS NULL OR far."id" IS NULL) AS found;
  items := items || CASE WHEN amount > 0 THEN
    format('FAIL     %s: links in "Post_likedBy_User_likes" to rows that are gone: %s (%s)', relationship, amount, samples) END;
    items := items || (SELECT format('ok       %s: %s links', relationship, count(*)) FROM "public"."Post_likedBy_User_likes"
      HAVING ('FAIL' = ANY (SELECT left(item, 4) FROM unnest(items[mark + 1:]) AS item)) IS NOT TRUE);

    -- Profile.user <-> User.profile
    relationship := 'Profile.user <-> User.profile';
    mark := cardinality(items);
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
    SELECT format('Profile %s - User %s', kept."id", kept."user") AS link
    FROM "public"."Profile" AS kept JOIN "public"."Profile" AS other ON other."user" = kept."user" AND other."id" < kept."id") AS found;
  items := items || CASE WHEN amount > 0 THEN
    format('FAIL     %s: more than one Profile for one User: %s (%s)', relationship, amount, samples) END;
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
    SELECT format('Profile %s - User %s', kept."id", kept."user") AS link
    FROM "public"."Profile" AS kept LEFT JOIN "public"."User" AS far ON far."id" = kept."user"
    WHERE kept."user" IS NOT NULL AND far."id" IS NULL) AS found;
  items := items || CASE WHEN amount > 0 THEN
    format('FAIL     %s: links in "Profile"."user" to rows that are gone: %s (%s)', relationship, amount, samples) END;
    items := items || (SELECT format('ok       %s: %s links', relationship, count(*)) FROM "public"."Profile"
      WHERE "user" IS NOT NULL HAVING ('FAIL' = ANY (SELECT left(item, 4) FROM unnest(items[mark + 1:]) AS item)) IS NOT TRUE);

    -- Post.categories -> Category
    relationship := 'Post.categories -> Category';
    mark := cardinality(items);
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
    SELECT format('Post %s - Category %s', near, far) AS link FROM (
      SELECT "Post_left_id" AS near, "Category_right_id" AS far FROM "public"."Post_categories_many"
      GROUP BY "Post_left_id", "Category_right_id" HAVING count(*) > 1) AS pair) AS found;
  items := items || CASE WHEN amount > 0 THEN
    format('FAIL     %s: repeated pairs in "Post_categories_many": %s (%s)', relationship, amount, samples) END;
    SELECT count(*), array_to_string((array_agg(link ORDER BY link)) [1:10], ', ') INTO amount, samples FROM (
    SELECT format('Post %s - Category %s', kept."Post_left_id", kept."Category_right_id") AS link
    FROM "public"."Post_categories_many" AS kept
      LEFT JOIN "public"."Post" AS near ON near."id" = kept."Post_left_id"
      LEFT JOIN "public"."Category" AS far ON far."id" = kept."Category_right_id"
    WHERE near."id" IS NULL OR far."id" IS NULL) AS found;
  items := items || CASE WHEN amount > 0 THEN
    format('FAIL     %s: links in "Post_categories_many" to rows that are gone: %s (%s)', relationship, amount, samples) END;
    items := items || (SELECT format('ok       %s: %s links', relationship, count(*)) FROM "public"."Post_categories_many"
      HAVING ('FAIL' = ANY (SELECT left(item, 4) FROM unnest(items[mark + 1:]) AS item)) IS NOT TRUE);
  END IF;
  amount := (SELECT count(*) FROM unnest(items) AS item WHERE item LIKE 'FAIL%');
  items := items || CASE amount WHEN 0 THEN 'verdict: migrated' WHEN 1 THEN 'verdict: FAIL, 1 problem'
    ELSE format('verdict: FAIL, %s problems', amount) END;
  OPEN report SCROLL FOR
    SELECT line AS verify
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
