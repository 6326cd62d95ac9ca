-- preflight: can the migration run? Changes nothing, fails when migrate would refuse.
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
          ('Post.author <-> User.posts', true, 'table', 'User_posts', NULL, NULL, NULL, true),
          ('Post.author <-> User.posts', true, 'not null column', 'User_posts', 'User_id', NULL, NULL, true),
          ('Post.author <-> User.posts', true, 'not null column', 'User_posts', 'Post_id', NULL, NULL, true),
          ('Post.likedBy <-> User.likes', true, 'table', 'Post_likedBy', NULL, NULL, NULL, true),
          ('Post.likedBy <-> User.likes', true, 'not null column', 'Post_likedBy', 'Post_id', NULL, NULL, true),
          ('Post.likedBy <-> User.likes', true, 'not null column', 'Post_likedBy', 'User_id', NULL, NULL, true),
          ('Post.likedBy <-> User.likes', true, 'foreign key', 'Post_likedBy', 'Post_id', 'post_likedby_post_id_foreign', 'Post on delete cascade', true),
          ('Post.likedBy <-> User.likes', true, 'index', 'Post_likedBy', 'Post_id', 'post_likedby_post_id_index', NULL, true),
          ('Post.likedBy <-> User.likes', true, 'foreign key', 'Post_likedBy', 'User_id', 'post_likedby_user_id_foreign', 'User on delete cascade', true),
          ('Post.likedBy <-> User.likes', true, 'index', 'Post_likedBy', 'User_id', 'post_likedby_user_id_index', NULL, true),
          ('Post.likedBy <-> User.likes', true, 'table', 'User_likes', NULL, NULL, NULL, true),
          ('Post.likedBy <-> User.likes', true, 'not null column', 'User_likes', 'User_id', NULL, NULL, true),
          ('Post.likedBy <-> User.likes', true, 'not null column', 'User_likes', 'Post_id', NULL, NULL, true),
          ('Post.likedBy <-> User.likes', false, 'relation', 'Post_likedBy_User_likes', NULL, NULL, NULL, true),
          ('Post.likedBy <-> User.likes', false, 'relation', 'post_likedby_user_likes_post_left_id_index', NULL, NULL, NULL, true),
          ('Post.likedBy <-> User.likes', false, 'relation', 'post_likedby_user_likes_user_right_id_index', NULL, NULL, NULL, true),
          ('Profile.user <-> User.profile', true, 'column', 'Profile', 'user', NULL, NULL, false),
          ('Profile.user <-> User.profile', true, 'foreign key', 'Profile', 'user', 'profile_user_foreign', 'User', false),
          ('Profile.user <-> User.profile', true, 'index', 'Profile', 'user', 'profile_user_index', NULL, false),
          ('Profile.user <-> User.profile', true, 'column', 'User', 'profile', NULL, NULL, true),
          ('Post.categories -> Category', true, 'table', 'Post_categories', NULL, NULL, NULL, true),
          ('Post.categories -> Category', true, 'not null column', 'Post_categories', 'Post_id', NULL, NULL, true),
          ('Post.categories -> Category', true, 'not null column', 'Post_categories', 'Category_id', NULL, NULL, true),
          ('Post.categories -> Category', true, 'foreign key', 'Post_categories', 'Post_id', 'post_categories_post_id_foreign', 'Post on delete cascade', true),
          ('Post.categories -> Category', true, 'index', 'Post_categories', 'Post_id', 'post_categories_post_id_index', NULL, true),
          ('Post.categories -> Category', true, 'foreign key', 'Post_categories', 'Category_id', 'post_categories_category_id_foreign', 'Category on delete cascade', true),
          ('Post.categories -> Category', true, 'index', 'Post_categories', 'Category_id', 'post_categories_category_id_index', NULL, true),
          ('Post.categories -> Category', false, 'relation', 'Post_categories_many', NULL, NULL, NULL, true),
          ('Post.categories -> Category', false, 'relation', 'post_categories_many_post_left_id_index', NULL, NULL, NULL, true),
          ('Post.categories -> Category', false, 'relation', 'post_categories_many_category_right_id_index', NULL, NULL, NULL, true),
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

  -- Questions to the rows: each finds what the title says, and what the result is called where it finds something.
  FOR question IN
    SELECT * FROM (
      VALUES
        ('all relationships', 'rights that are needed, and that whoever runs this lacks', 'FAIL', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            SELECT 'to own ' || quote_ident(relname) AS sample
            FROM pg_class
            WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'public')
              AND relname IN ('Category', 'Comment', 'Post', 'Post_categories', 'Post_likedBy', 'Profile', 'User', 'User_likes', 'User_posts')
              AND NOT pg_has_role(relowner, 'USAGE')
            UNION ALL
            SELECT 'to create in the schema ' || quote_ident(nspname)
            FROM pg_namespace
            WHERE nspname = 'public' AND NOT has_schema_privilege(oid, 'CREATE')
            UNION
            -- Tables that are made, there or on the way back, get that owner.
            SELECT 'that ' || quote_ident(rolname) || ', the owner of tables, may create in the schema ' || quote_ident(nspname)
            FROM pg_namespace
            JOIN pg_class ON relnamespace = pg_namespace.oid AND relname IN ('Category', 'Comment', 'Post', 'Post_categories', 'Post_likedBy', 'Profile', 'User', 'User_likes', 'User_posts')
            JOIN pg_roles ON pg_roles.oid = relowner
            WHERE nspname = 'public'
              AND rolname <> current_user
              AND NOT has_schema_privilege(rolname, nspname, 'CREATE')
              AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
          ) AS rights
        $question$),
        ('Post.author <-> User.posts', 'links in "Post"."author"', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number FROM "public"."Post" WHERE "author" IS NOT NULL
        $question$),
        ('Post.author <-> User.posts', 'links in "User_posts"', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number FROM "public"."User_posts"
        $question$),
        ('Post.author <-> User.posts', 'links in "Post"."author" to rows that are gone', 'FAIL', $question$
          SELECT
            'User ' || link."author" || ' - Post ' || link."id" AS sample,
            row_number() OVER (ORDER BY link."author", link."id") AS number
          FROM "public"."Post" AS link
          LEFT JOIN "public"."User" AS target_0 ON target_0.id = link."author"
          WHERE link."author" IS NOT NULL AND target_0.id IS NULL
        $question$),
        ('Post.author <-> User.posts', 'links in "User_posts" to rows that are gone', 'left', $question$
          SELECT
            'User ' || link."User_id" || ' - Post ' || link."Post_id" AS sample,
            row_number() OVER (ORDER BY link."User_id", link."Post_id") AS number
          FROM "public"."User_posts" AS link
          LEFT JOIN "public"."User" AS target_0 ON target_0.id = link."User_id"
          LEFT JOIN "public"."Post" AS target_1 ON target_1.id = link."Post_id"
          WHERE link."User_id" IS NOT NULL AND target_0.id IS NULL OR link."Post_id" IS NOT NULL AND target_1.id IS NULL
        $question$),
        ('Post.author <-> User.posts', 'links on both sides', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number
          FROM (
            SELECT "User_id", "Post_id" FROM "public"."User_posts"
            INTERSECT
            SELECT "author", "id" FROM "public"."Post"
          ) AS pairs
        $question$),
        ('Post.author <-> User.posts', 'links only in "Post"."author", which stays', 'kept', $question$
          SELECT
            'User ' || near || ' - Post ' || far AS sample,
            row_number() OVER (ORDER BY near, far) AS number
          FROM (
            SELECT "author" AS near, "id" AS far FROM "public"."Post" WHERE "author" IS NOT NULL
            EXCEPT
            SELECT "User_id", "Post_id" FROM "public"."User_posts"
          ) AS pairs
        $question$),
        ('Post.author <-> User.posts', 'links only in "User_posts", which is dropped', 'FAIL', $question$
          SELECT
            'User ' || near || ' - Post ' || far AS sample,
            row_number() OVER (ORDER BY near, far) AS number
          FROM (
            SELECT "User_id" AS near, "Post_id" AS far FROM "public"."User_posts"
            EXCEPT
            SELECT "author", "id" FROM "public"."Post"
          ) AS pairs
        $question$),
        ('Post.author <-> User.posts', 'Post rows with more than one User, both sides taken together', 'no merge', $question$
          SELECT
            'Post ' || far || ' with User ' || array_to_string((array_agg(near ORDER BY near))[1:10], ' and ') || CASE WHEN count(*) > 10 THEN ' and ' || count(*) - 10 || ' more' ELSE '' END AS sample,
            row_number() OVER (ORDER BY far) AS number
          FROM (
            SELECT "User_id" AS near, "Post_id" AS far FROM "public"."User_posts"
            UNION
            SELECT "author", "id" FROM "public"."Post" WHERE "author" IS NOT NULL
          ) AS united
          GROUP BY far
          HAVING count(*) > 1
        $question$),
        ('Post.author <-> User.posts', 'what depends on "User_posts", which is dropped', 'FAIL', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            SELECT DISTINCT pg_describe_object(classid, objid, 0) AS sample
            FROM pg_depend
            JOIN pg_class ON pg_class.oid = '"public"."User_posts"'::regclass OR pg_class.oid IN (SELECT relid FROM pg_partition_tree('"public"."User_posts"'))
            LEFT JOIN pg_type AS row_type ON row_type.oid = reltype
            WHERE refclassid = 'pg_class'::regclass
              AND refobjid = pg_class.oid
              -- Triggers, policies and rules would go without a word; its own constraints are reported as lost.
              AND (deptype = 'n' AND classid <> 'pg_publication_rel'::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE classid = 'pg_constraint'::regclass AND oid = objid AND conrelid = refobjid) OR deptype = 'a' AND classid IN ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_rewrite'::regclass))
              OR refclassid = 'pg_type'::regclass
              AND refobjid IN (reltype, typarray)
              AND deptype = 'n'
            UNION
            SELECT 'table ' || inhparent::regclass || ', which it is a part of' FROM pg_inherits WHERE inhrelid = '"public"."User_posts"'::regclass
            UNION
            SELECT 'column ' || quote_ident(attname)
            FROM pg_attribute
            WHERE attrelid = '"public"."User_posts"'::regclass AND attnum > 0 AND NOT attisdropped
              AND attname NOT IN ('User_id', 'Post_id')
          ) AS dependents
        $question$),
        ('Post.author <-> User.posts', 'what goes with "User_posts" and rollback does not bring back', 'lost', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            WITH subject AS (
              SELECT pg_class.oid AS table_id, pg_class.*
              FROM pg_class
              WHERE pg_class.oid = '"public"."User_posts"'::regclass
            ),
            restored (name, definition) AS (
              VALUES
                ('user_posts_user_id_foreign', format('FOREIGN KEY (%I) REFERENCES %I.%I(id) ON DELETE CASCADE', 'User_id', 'public', 'User')),
                ('user_posts_user_id_index', format('CREATE INDEX %I ON %I.%I USING btree (%I)', 'user_posts_user_id_index', 'public', 'User_posts', 'User_id')),
                ('user_posts_post_id_foreign', format('FOREIGN KEY (%I) REFERENCES %I.%I(id) ON DELETE CASCADE', 'Post_id', 'public', 'Post')),
                ('user_posts_post_id_index', format('CREATE INDEX %I ON %I.%I USING btree (%I)', 'user_posts_post_id_index', 'public', 'User_posts', 'Post_id'))
            )
            SELECT 'grant of ' || lower(privilege_type) || ' to ' || CASE grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(grantee) END AS sample
            FROM subject CROSS JOIN LATERAL (SELECT relacl UNION ALL SELECT attacl FROM pg_attribute WHERE attrelid = table_id) AS acls (acl), aclexplode(acl) AS granted
            WHERE grantee <> relowner
              AND NOT EXISTS (
                SELECT FROM pg_class AS list, aclexplode(list.relacl) AS kept
                WHERE list.oid = '"public"."User"'::regclass AND (kept.grantee, kept.privilege_type) = (granted.grantee, granted.privilege_type)
              )
            UNION
            SELECT 'comment ' || quote_literal(description)
            FROM subject JOIN pg_description ON classoid = 'pg_class'::regclass AND objoid = table_id
            UNION
            SELECT 'constraint ' || quote_ident(conname)
            FROM subject JOIN pg_constraint ON conrelid = table_id
            WHERE contype <> 'n' AND conparentid = 0 AND (conname, pg_get_constraintdef(pg_constraint.oid)) NOT IN (SELECT name, definition FROM restored)
            UNION
            SELECT 'index ' || quote_ident(pg_class.relname)
            FROM subject JOIN pg_index ON indrelid = table_id JOIN pg_class ON pg_class.oid = indexrelid
            WHERE (pg_class.relname, pg_get_indexdef(indexrelid)) NOT IN (SELECT name, definition FROM restored)
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
            UNION
            SELECT 'default ' || pg_get_expr(adbin, adrelid) FROM subject JOIN pg_attrdef ON adrelid = table_id
            UNION
            SELECT pg_describe_object(classid, objid, 0)
            FROM subject JOIN pg_depend ON refclassid = 'pg_class'::regclass AND refobjid = table_id
            WHERE deptype = 'a'
              AND (
                classid IN ('pg_publication_rel'::regclass, 'pg_statistic_ext'::regclass)
                OR classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_class WHERE oid = objid AND relkind = 'S')
              )
            UNION
            SELECT unnest(ARRAY[
              CASE WHEN relreplident <> 'd' THEN 'replica identity' END,
              CASE WHEN relrowsecurity THEN 'row-level security' END,
              CASE WHEN relpersistence = 'u' THEN 'unlogged' END,
              CASE WHEN relkind = 'p' THEN 'partitioning' END,
              'storage options ' || array_to_string(reloptions, ', '),
              (SELECT 'owner ' || pg_get_userbyid(subject.relowner) FROM pg_class AS list WHERE list.oid = '"public"."User"'::regclass AND list.relowner <> subject.relowner)
            ])
            FROM subject
          ) AS attached
          WHERE sample IS NOT NULL
        $question$),
        ('Post.author <-> User.posts', 'what may use "User_posts" by its name', 'look at', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            SELECT 'function ' || pg_proc.oid::regprocedure AS sample
            FROM pg_proc
            CROSS JOIN (SELECT reltype, typarray FROM pg_class JOIN pg_type ON pg_type.oid = reltype WHERE pg_class.oid = '"public"."User_posts"'::regclass) AS subject
            WHERE pronamespace <> 'pg_catalog'::regnamespace
              AND (strpos(prosrc, 'User_posts') > 0 OR ARRAY[reltype, typarray] && (proargtypes::oid[] || prorettype))
          ) AS mentions
        $question$),
        ('Post.likedBy <-> User.likes', 'links in "Post_likedBy"', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number FROM "public"."Post_likedBy"
        $question$),
        ('Post.likedBy <-> User.likes', 'links in "User_likes"', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number FROM "public"."User_likes"
        $question$),
        ('Post.likedBy <-> User.likes', 'links in "Post_likedBy" to rows that are gone', 'FAIL', $question$
          SELECT
            'User ' || link."User_id" || ' - Post ' || link."Post_id" AS sample,
            row_number() OVER (ORDER BY link."User_id", link."Post_id") AS number
          FROM "public"."Post_likedBy" AS link
          LEFT JOIN "public"."User" AS target_0 ON target_0.id = link."User_id"
          LEFT JOIN "public"."Post" AS target_1 ON target_1.id = link."Post_id"
          WHERE link."User_id" IS NOT NULL AND target_0.id IS NULL OR link."Post_id" IS NOT NULL AND target_1.id IS NULL
        $question$),
        ('Post.likedBy <-> User.likes', 'links in "User_likes" to rows that are gone', 'left', $question$
          SELECT
            'User ' || link."User_id" || ' - Post ' || link."Post_id" AS sample,
            row_number() OVER (ORDER BY link."User_id", link."Post_id") AS number
          FROM "public"."User_likes" AS link
          LEFT JOIN "public"."User" AS target_0 ON target_0.id = link."User_id"
          LEFT JOIN "public"."Post" AS target_1 ON target_1.id = link."Post_id"
          WHERE link."User_id" IS NOT NULL AND target_0.id IS NULL OR link."Post_id" IS NOT NULL AND target_1.id IS NULL
        $question$),
        ('Post.likedBy <-> User.likes', 'links on both sides', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number
          FROM (
            SELECT "User_id", "Post_id" FROM "public"."User_likes"
            INTERSECT
            SELECT "User_id", "Post_id" FROM "public"."Post_likedBy"
          ) AS pairs
        $question$),
        ('Post.likedBy <-> User.likes', 'links only in "Post_likedBy", which stays', 'kept', $question$
          SELECT
            'User ' || near || ' - Post ' || far AS sample,
            row_number() OVER (ORDER BY near, far) AS number
          FROM (
            SELECT "User_id" AS near, "Post_id" AS far FROM "public"."Post_likedBy"
            EXCEPT
            SELECT "User_id", "Post_id" FROM "public"."User_likes"
          ) AS pairs
        $question$),
        ('Post.likedBy <-> User.likes', 'links only in "User_likes", which is dropped', 'FAIL', $question$
          SELECT
            'User ' || near || ' - Post ' || far AS sample,
            row_number() OVER (ORDER BY near, far) AS number
          FROM (
            SELECT "User_id" AS near, "Post_id" AS far FROM "public"."User_likes"
            EXCEPT
            SELECT "User_id", "Post_id" FROM "public"."Post_likedBy"
          ) AS pairs
        $question$),
        ('Post.likedBy <-> User.likes', 'pairs that are more than once in "Post_likedBy"', 'made one', $question$
          SELECT
            'Post ' || "Post_id" || ' - User ' || "User_id" AS sample,
            row_number() OVER (ORDER BY "Post_id", "User_id") AS number
          FROM "public"."Post_likedBy"
          GROUP BY "Post_id", "User_id"
          HAVING count(*) > 1
        $question$),
        ('Post.likedBy <-> User.likes', 'repeated pairs in "Post_likedBy" of which none can be deleted', 'FAIL', $question$
          SELECT
            'Post ' || "Post_id" || ' - User ' || "User_id" AS sample,
            row_number() OVER (ORDER BY "Post_id", "User_id") AS number
          FROM "public"."Post_likedBy" AS link
          CROSS JOIN (
            SELECT
              EXISTS (
                SELECT FROM pg_attribute
                WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('Post_id', 'User_id')
              ) AS has_more,
              -- Tables that inherit from it can have columns of their own.
              EXISTS (SELECT FROM pg_inherits WHERE inhparent = pg_class.oid AND relkind = 'r')
              OR EXISTS (
                SELECT FROM pg_publication_tables JOIN pg_publication USING (pubname)
                WHERE pubdelete AND schemaname = 'public' AND tablename = 'Post_likedBy'
              )
              AND relreplident <> 'f'
              AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND (indisreplident OR relreplident = 'd' AND indisprimary)) AS is_fixed
            FROM pg_class
            WHERE oid = '"public"."Post_likedBy"'::regclass
          ) AS known
          -- The rows are read only where there is such a reason.
          WHERE has_more OR is_fixed
          GROUP BY "Post_id", "User_id", is_fixed
          HAVING count(*) > 1 AND (is_fixed OR count(DISTINCT link.*::text) > 1)
        $question$),
        ('Post.likedBy <-> User.likes', 'what may use "Post_likedBy" by its name', 'look at', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            SELECT 'function ' || pg_proc.oid::regprocedure AS sample
            FROM pg_proc
            CROSS JOIN (SELECT reltype, typarray FROM pg_class JOIN pg_type ON pg_type.oid = reltype WHERE pg_class.oid = '"public"."Post_likedBy"'::regclass) AS subject
            WHERE pronamespace <> 'pg_catalog'::regnamespace
              AND (strpos(prosrc, 'Post_likedBy') > 0 OR ARRAY[reltype, typarray] && (proargtypes::oid[] || prorettype))
            UNION ALL
            SELECT pg_describe_object('pg_trigger'::regclass, oid, 0)
            FROM pg_trigger
            WHERE tgrelid = '"public"."Post_likedBy"'::regclass AND NOT tgisinternal
          ) AS mentions
        $question$),
        ('Post.likedBy <-> User.likes', 'what depends on "User_likes", which is dropped', 'FAIL', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            SELECT DISTINCT pg_describe_object(classid, objid, 0) AS sample
            FROM pg_depend
            JOIN pg_class ON pg_class.oid = '"public"."User_likes"'::regclass OR pg_class.oid IN (SELECT relid FROM pg_partition_tree('"public"."User_likes"'))
            LEFT JOIN pg_type AS row_type ON row_type.oid = reltype
            WHERE refclassid = 'pg_class'::regclass
              AND refobjid = pg_class.oid
              -- Triggers, policies and rules would go without a word; its own constraints are reported as lost.
              AND (deptype = 'n' AND classid <> 'pg_publication_rel'::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE classid = 'pg_constraint'::regclass AND oid = objid AND conrelid = refobjid) OR deptype = 'a' AND classid IN ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_rewrite'::regclass))
              OR refclassid = 'pg_type'::regclass
              AND refobjid IN (reltype, typarray)
              AND deptype = 'n'
            UNION
            SELECT 'table ' || inhparent::regclass || ', which it is a part of' FROM pg_inherits WHERE inhrelid = '"public"."User_likes"'::regclass
            UNION
            SELECT 'column ' || quote_ident(attname)
            FROM pg_attribute
            WHERE attrelid = '"public"."User_likes"'::regclass AND attnum > 0 AND NOT attisdropped
              AND attname NOT IN ('User_id', 'Post_id')
          ) AS dependents
        $question$),
        ('Post.likedBy <-> User.likes', 'what goes with "User_likes" and rollback does not bring back', 'lost', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            WITH subject AS (
              SELECT pg_class.oid AS table_id, pg_class.*
              FROM pg_class
              WHERE pg_class.oid = '"public"."User_likes"'::regclass
            ),
            restored (name, definition) AS (
              VALUES
                ('user_likes_user_id_foreign', format('FOREIGN KEY (%I) REFERENCES %I.%I(id) ON DELETE CASCADE', 'User_id', 'public', 'User')),
                ('user_likes_user_id_index', format('CREATE INDEX %I ON %I.%I USING btree (%I)', 'user_likes_user_id_index', 'public', 'User_likes', 'User_id')),
                ('user_likes_post_id_foreign', format('FOREIGN KEY (%I) REFERENCES %I.%I(id) ON DELETE CASCADE', 'Post_id', 'public', 'Post')),
                ('user_likes_post_id_index', format('CREATE INDEX %I ON %I.%I USING btree (%I)', 'user_likes_post_id_index', 'public', 'User_likes', 'Post_id'))
            )
            SELECT 'grant of ' || lower(privilege_type) || ' to ' || CASE grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(grantee) END AS sample
            FROM subject CROSS JOIN LATERAL (SELECT relacl UNION ALL SELECT attacl FROM pg_attribute WHERE attrelid = table_id) AS acls (acl), aclexplode(acl) AS granted
            WHERE grantee <> relowner
              AND NOT EXISTS (
                SELECT FROM pg_class AS list, aclexplode(list.relacl) AS kept
                WHERE list.oid = '"public"."User"'::regclass AND (kept.grantee, kept.privilege_type) = (granted.grantee, granted.privilege_type)
              )
            UNION
            SELECT 'comment ' || quote_literal(description)
            FROM subject JOIN pg_description ON classoid = 'pg_class'::regclass AND objoid = table_id
            UNION
            SELECT 'constraint ' || quote_ident(conname)
            FROM subject JOIN pg_constraint ON conrelid = table_id
            WHERE contype <> 'n' AND conparentid = 0 AND (conname, pg_get_constraintdef(pg_constraint.oid)) NOT IN (SELECT name, definition FROM restored)
            UNION
            SELECT 'index ' || quote_ident(pg_class.relname)
            FROM subject JOIN pg_index ON indrelid = table_id JOIN pg_class ON pg_class.oid = indexrelid
            WHERE (pg_class.relname, pg_get_indexdef(indexrelid)) NOT IN (SELECT name, definition FROM restored)
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
            UNION
            SELECT 'default ' || pg_get_expr(adbin, adrelid) FROM subject JOIN pg_attrdef ON adrelid = table_id
            UNION
            SELECT pg_describe_object(classid, objid, 0)
            FROM subject JOIN pg_depend ON refclassid = 'pg_class'::regclass AND refobjid = table_id
            WHERE deptype = 'a'
              AND (
                classid IN ('pg_publication_rel'::regclass, 'pg_statistic_ext'::regclass)
                OR classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_class WHERE oid = objid AND relkind = 'S')
              )
            UNION
            SELECT unnest(ARRAY[
              CASE WHEN relreplident <> 'd' THEN 'replica identity' END,
              CASE WHEN relrowsecurity THEN 'row-level security' END,
              CASE WHEN relpersistence = 'u' THEN 'unlogged' END,
              CASE WHEN relkind = 'p' THEN 'partitioning' END,
              'storage options ' || array_to_string(reloptions, ', '),
              (SELECT 'owner ' || pg_get_userbyid(subject.relowner) FROM pg_class AS list WHERE list.oid = '"public"."User"'::regclass AND list.relowner <> subject.relowner)
            ])
            FROM subject
          ) AS attached
          WHERE sample IS NOT NULL
        $question$),
        ('Post.likedBy <-> User.likes', 'what may use "User_likes" by its name', 'look at', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            SELECT 'function ' || pg_proc.oid::regprocedure AS sample
            FROM pg_proc
            CROSS JOIN (SELECT reltype, typarray FROM pg_class JOIN pg_type ON pg_type.oid = reltype WHERE pg_class.oid = '"public"."User_likes"'::regclass) AS subject
            WHERE pronamespace <> 'pg_catalog'::regnamespace
              AND (strpos(prosrc, 'User_likes') > 0 OR ARRAY[reltype, typarray] && (proargtypes::oid[] || prorettype))
          ) AS mentions
        $question$),
        ('Profile.user <-> User.profile', 'links in "Profile"."user"', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number FROM "public"."Profile" WHERE "user" IS NOT NULL
        $question$),
        ('Profile.user <-> User.profile', 'links in "User"."profile"', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number FROM "public"."User" WHERE "profile" IS NOT NULL
        $question$),
        ('Profile.user <-> User.profile', 'links in "Profile"."user" to rows that are gone', 'FAIL', $question$
          SELECT
            'User ' || link."user" || ' - Profile ' || link."id" AS sample,
            row_number() OVER (ORDER BY link."user", link."id") AS number
          FROM "public"."Profile" AS link
          LEFT JOIN "public"."User" AS target_0 ON target_0.id = link."user"
          WHERE link."user" IS NOT NULL AND target_0.id IS NULL
        $question$),
        ('Profile.user <-> User.profile', 'links in "User"."profile" to rows that are gone', 'left', $question$
          SELECT
            'User ' || link."id" || ' - Profile ' || link."profile" AS sample,
            row_number() OVER (ORDER BY link."id", link."profile") AS number
          FROM "public"."User" AS link
          LEFT JOIN "public"."Profile" AS target_0 ON target_0.id = link."profile"
          WHERE link."profile" IS NOT NULL AND target_0.id IS NULL
        $question$),
        ('Profile.user <-> User.profile', 'links on both sides', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number
          FROM (
            SELECT "id", "profile" FROM "public"."User" WHERE "profile" IS NOT NULL
            INTERSECT
            SELECT "user", "id" FROM "public"."Profile"
          ) AS pairs
        $question$),
        ('Profile.user <-> User.profile', 'links only in "Profile"."user", which stays', 'kept', $question$
          SELECT
            'User ' || near || ' - Profile ' || far AS sample,
            row_number() OVER (ORDER BY near, far) AS number
          FROM (
            SELECT "user" AS near, "id" AS far FROM "public"."Profile" WHERE "user" IS NOT NULL
            EXCEPT
            SELECT "id", "profile" FROM "public"."User"
          ) AS pairs
        $question$),
        ('Profile.user <-> User.profile', 'links only in "User"."profile", which is dropped', 'FAIL', $question$
          SELECT
            'User ' || near || ' - Profile ' || far AS sample,
            row_number() OVER (ORDER BY near, far) AS number
          FROM (
            SELECT "id" AS near, "profile" AS far FROM "public"."User" WHERE "profile" IS NOT NULL
            EXCEPT
            SELECT "user", "id" FROM "public"."Profile"
          ) AS pairs
        $question$),
        ('Profile.user <-> User.profile', 'Profile rows with more than one User, both sides taken together', 'no merge', $question$
          SELECT
            'Profile ' || far || ' with User ' || array_to_string((array_agg(near ORDER BY near))[1:10], ' and ') || CASE WHEN count(*) > 10 THEN ' and ' || count(*) - 10 || ' more' ELSE '' END AS sample,
            row_number() OVER (ORDER BY far) AS number
          FROM (
            SELECT "id" AS near, "profile" AS far FROM "public"."User" WHERE "profile" IS NOT NULL
            UNION
            SELECT "user", "id" FROM "public"."Profile" WHERE "user" IS NOT NULL
          ) AS united
          GROUP BY far
          HAVING count(*) > 1
        $question$),
        ('Profile.user <-> User.profile', 'User rows with more than one Profile, both sides taken together', 'no merge', $question$
          SELECT
            'User ' || near || ' with Profile ' || array_to_string((array_agg(far ORDER BY far))[1:10], ' and ') || CASE WHEN count(*) > 10 THEN ' and ' || count(*) - 10 || ' more' ELSE '' END AS sample,
            row_number() OVER (ORDER BY near) AS number
          FROM (
            SELECT "id" AS near, "profile" AS far FROM "public"."User" WHERE "profile" IS NOT NULL
            UNION
            SELECT "user", "id" FROM "public"."Profile" WHERE "user" IS NOT NULL
          ) AS united
          GROUP BY near
          HAVING count(*) > 1
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
        ('Profile.user <-> User.profile', 'what depends on "User"."profile", which is dropped', 'FAIL', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            SELECT DISTINCT pg_describe_object(classid, objid, 0) AS sample
            FROM pg_depend
            WHERE refclassid = 'pg_class'::regclass
              AND refobjid = '"public"."User"'::regclass
              AND refobjsubid = (SELECT attnum FROM pg_attribute WHERE attrelid = refobjid AND attname = 'profile')
              AND (
                deptype = 'n' AND NOT EXISTS (SELECT FROM pg_constraint WHERE classid = 'pg_constraint'::regclass AND oid = objid AND conrelid = refobjid AND conkey = ARRAY[refobjsubid::smallint])
                -- These would go without a word: all but what is on this column alone.
                OR deptype = 'a'
                AND NOT EXISTS (SELECT FROM pg_constraint WHERE classid = 'pg_constraint'::regclass AND oid = objid AND conkey = ARRAY[refobjsubid::smallint])
                AND NOT EXISTS (SELECT FROM pg_index WHERE classid = 'pg_class'::regclass AND indexrelid = objid AND indnatts = 1 AND indkey[0] = refobjsubid)
                AND NOT EXISTS (SELECT FROM pg_attrdef WHERE classid = 'pg_attrdef'::regclass AND oid = objid AND adnum = refobjsubid)
              )
          ) AS dependents
        $question$),
        ('Profile.user <-> User.profile', 'what goes with "User"."profile" and rollback does not bring back', 'lost', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            WITH subject AS (
              SELECT pg_class.oid AS table_id, pg_class.*, attnum, attacl AS acl, attnotnull
              FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'profile'
              WHERE pg_class.oid = '"public"."User"'::regclass
            ),
            restored (name, definition) AS (
              VALUES
                ('user_profile_foreign', format('FOREIGN KEY (%I) REFERENCES %I.%I(id)', 'profile', 'public', 'Profile')),
                ('user_profile_index', format('CREATE INDEX %I ON %I.%I USING btree (%I)', 'user_profile_index', 'public', 'User', 'profile'))
            )
            SELECT 'grant of ' || lower(privilege_type) || ' to ' || CASE grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(grantee) END AS sample
            FROM subject, aclexplode(acl) AS granted
            WHERE grantee <> relowner
            UNION
            SELECT 'comment ' || quote_literal(description)
            FROM subject JOIN pg_description ON classoid = 'pg_class'::regclass AND objoid = table_id AND objsubid = attnum
            UNION
            SELECT 'constraint ' || quote_ident(conname)
            FROM subject JOIN pg_constraint ON conrelid = table_id AND conkey = ARRAY[attnum]
            WHERE contype <> 'n' AND conparentid = 0 AND (conname, pg_get_constraintdef(pg_constraint.oid)) NOT IN (SELECT name, definition FROM restored)
            UNION
            SELECT 'index ' || quote_ident(pg_class.relname)
            FROM subject JOIN pg_index ON indrelid = table_id AND indnatts = 1 AND indkey[0] = attnum JOIN pg_class ON pg_class.oid = indexrelid
            WHERE (pg_class.relname, pg_get_indexdef(indexrelid)) NOT IN (SELECT name, definition FROM restored)
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
            UNION
            SELECT 'default ' || pg_get_expr(adbin, adrelid) FROM subject JOIN pg_attrdef ON adrelid = table_id AND adnum = attnum
            UNION
            SELECT 'not null' FROM subject WHERE attnotnull
          ) AS attached
          WHERE sample IS NOT NULL
        $question$),
        ('Profile.user <-> User.profile', 'what may use "User"."profile" by its name', 'look at', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            SELECT 'function ' || pg_proc.oid::regprocedure AS sample
            FROM pg_proc
            CROSS JOIN (SELECT reltype, typarray FROM pg_class JOIN pg_type ON pg_type.oid = reltype WHERE pg_class.oid = '"public"."User"'::regclass) AS subject
            WHERE pronamespace <> 'pg_catalog'::regnamespace
              AND strpos(prosrc, 'profile') > 0
              AND (
                strpos(prosrc, 'User') > 0
                OR ARRAY[reltype, typarray] && (proargtypes::oid[] || prorettype)
                OR EXISTS (SELECT FROM pg_trigger WHERE tgrelid = '"public"."User"'::regclass AND tgfoid = pg_proc.oid AND NOT tgisinternal)
              )
          ) AS mentions
        $question$),
        ('Post.categories -> Category', 'links in "Post_categories"', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number FROM "public"."Post_categories"
        $question$),
        ('Post.categories -> Category', 'links in "Post_categories" to rows that are gone', 'FAIL', $question$
          SELECT
            'Post ' || link."Post_id" || ' - Category ' || link."Category_id" AS sample,
            row_number() OVER (ORDER BY link."Post_id", link."Category_id") AS number
          FROM "public"."Post_categories" AS link
          LEFT JOIN "public"."Post" AS target_0 ON target_0.id = link."Post_id"
          LEFT JOIN "public"."Category" AS target_1 ON target_1.id = link."Category_id"
          WHERE link."Post_id" IS NOT NULL AND target_0.id IS NULL OR link."Category_id" IS NOT NULL AND target_1.id IS NULL
        $question$),
        ('Post.categories -> Category', 'pairs that are more than once in "Post_categories"', 'made one', $question$
          SELECT
            'Post ' || "Post_id" || ' - Category ' || "Category_id" AS sample,
            row_number() OVER (ORDER BY "Post_id", "Category_id") AS number
          FROM "public"."Post_categories"
          GROUP BY "Post_id", "Category_id"
          HAVING count(*) > 1
        $question$),
        ('Post.categories -> Category', 'repeated pairs in "Post_categories" of which none can be deleted', 'FAIL', $question$
          SELECT
            'Post ' || "Post_id" || ' - Category ' || "Category_id" AS sample,
            row_number() OVER (ORDER BY "Post_id", "Category_id") AS number
          FROM "public"."Post_categories" AS link
          CROSS JOIN (
            SELECT
              EXISTS (
                SELECT FROM pg_attribute
                WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('Post_id', 'Category_id')
              ) AS has_more,
              -- Tables that inherit from it can have columns of their own.
              EXISTS (SELECT FROM pg_inherits WHERE inhparent = pg_class.oid AND relkind = 'r')
              OR EXISTS (
                SELECT FROM pg_publication_tables JOIN pg_publication USING (pubname)
                WHERE pubdelete AND schemaname = 'public' AND tablename = 'Post_categories'
              )
              AND relreplident <> 'f'
              AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND (indisreplident OR relreplident = 'd' AND indisprimary)) AS is_fixed
            FROM pg_class
            WHERE oid = '"public"."Post_categories"'::regclass
          ) AS known
          -- The rows are read only where there is such a reason.
          WHERE has_more OR is_fixed
          GROUP BY "Post_id", "Category_id", is_fixed
          HAVING count(*) > 1 AND (is_fixed OR count(DISTINCT link.*::text) > 1)
        $question$),
        ('Post.categories -> Category', 'what may use "Post_categories" by its name', 'look at', $question$
          SELECT sample, row_number() OVER (ORDER BY sample) AS number
          FROM (
            SELECT 'function ' || pg_proc.oid::regprocedure AS sample
            FROM pg_proc
            CROSS JOIN (SELECT reltype, typarray FROM pg_class JOIN pg_type ON pg_type.oid = reltype WHERE pg_class.oid = '"public"."Post_categories"'::regclass) AS subject
            WHERE pronamespace <> 'pg_catalog'::regnamespace
              AND (strpos(prosrc, 'Post_categories') > 0 OR ARRAY[reltype, typarray] && (proargtypes::oid[] || prorettype))
            UNION ALL
            SELECT pg_describe_object('pg_trigger'::regclass, oid, 0)
            FROM pg_trigger
            WHERE tgrelid = '"public"."Post_categories"'::regclass AND NOT tgisinternal
          ) AS mentions
        $question$),
        ('Category.children <-> Category.parent', 'links in "Category"."parent"', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number FROM "public"."Category" WHERE "parent" IS NOT NULL
        $question$),
        ('Category.children <-> Category.parent', 'links in "Category"."parent" to rows that are gone', 'FAIL', $question$
          SELECT
            'Category ' || link."parent" || ' - Category ' || link."id" AS sample,
            row_number() OVER (ORDER BY link."parent", link."id") AS number
          FROM "public"."Category" AS link
          LEFT JOIN "public"."Category" AS target_0 ON target_0.id = link."parent"
          WHERE link."parent" IS NOT NULL AND target_0.id IS NULL
        $question$),
        ('Comment.author -> User', 'links in "Comment"."author"', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number FROM "public"."Comment" WHERE "author" IS NOT NULL
        $question$),
        ('Comment.author -> User', 'links in "Comment"."author" to rows that are gone', 'FAIL', $question$
          SELECT
            'Comment ' || link."id" || ' - User ' || link."author" AS sample,
            row_number() OVER (ORDER BY link."id", link."author") AS number
          FROM "public"."Comment" AS link
          LEFT JOIN "public"."User" AS target_0 ON target_0.id = link."author"
          WHERE link."author" IS NOT NULL AND target_0.id IS NULL
        $question$),
        ('Comment.post -> Post', 'links in "Comment"."post"', 'info', $question$
          SELECT NULL AS sample, NULL::integer AS number FROM "public"."Comment" WHERE "post" IS NOT NULL
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
    RAISE EXCEPTION '%: migrate would refuse', failed || CASE failed WHEN 1 THEN ' check failed' ELSE ' checks failed' END || CASE unasked WHEN 0 THEN '' ELSE ', ' || unasked || ' could not be asked' END
      USING DETAIL = problems;
  END IF;
END
$arcade$;

COMMIT;
