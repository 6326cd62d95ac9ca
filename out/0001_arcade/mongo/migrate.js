// Migrates the relationships of a Keystone 5 database to the form that Keystone 8 and later use. ../REVIEW.md explains it.
// Before you run it: run preflight.js, stop the application, make a backup. If it is cut off, run it again: it finishes.
load(`${__dirname}/arcade.js`);

migrate('abort', [
  // 1. unset users.posts
  // posts.author holds the same links, and Keystone 8 reads only that. Declared at test/fixtures/sample-blog/lists/Post.ts:8,
  // test/fixtures/sample-blog/lists/User.ts:9.
  step('Post.author <-> User.posts', {
    kept: { collection: 'posts', field: 'author', to: 'users' },
    dropped: { collection: 'users', array: 'posts', to: 'posts' },
  }, ({ kept, dropped }) => {
    proveKept(dropped, kept);
    db.getCollection('users').updateMany({ posts: { $exists: true } }, { $unset: { posts: '' } });
  }),

  // 2. move posts.likedBy into post_likedby_user_likes, unset users.likes
  // Both fields hold the same links, and Keystone 8 reads only the join collection. Declared at
  // test/fixtures/sample-blog/lists/Post.ts:9, test/fixtures/sample-blog/lists/User.ts:11.
  step('Post.likedBy <-> User.likes', {
    kept: { collection: 'posts', array: 'likedBy', to: 'users' },
    dropped: { collection: 'users', array: 'likes', to: 'posts' },
    join: { collection: 'post_likedby_user_likes', near: 'Post_left_id', far: 'User_right_id' },
  }, ({ kept, dropped, join }) => {
    copyLinks(kept, join);
    proveKept(dropped, kept);
    db.getCollection('users').updateMany({ likes: { $exists: true } }, { $unset: { likes: '' } });
    db.getCollection('posts').updateMany({ likedBy: { $exists: true } }, { $unset: { likedBy: '' } });
  }),

  // 3. unset users.profile
  // profiles.user holds the same links, and Keystone 8 reads only that. Declared at
  // test/fixtures/sample-blog/lists/Profile.ts:7, test/fixtures/sample-blog/lists/User.ts:13.
  step('Profile.user <-> User.profile', {
    kept: { collection: 'profiles', field: 'user', to: 'users' },
    dropped: { collection: 'users', field: 'profile', to: 'profiles' },
  }, ({ kept, dropped }) => {
    proveKept(dropped, kept);
    db.getCollection('users').updateMany({ profile: { $exists: true } }, { $unset: { profile: '' } });
  }),

  // 4. move posts.categories into post_categories_manies
  // Keystone 8 reads only the join collection. Declared at test/fixtures/sample-blog/lists/Post.ts:11.
  step('Post.categories -> Category', {
    kept: { collection: 'posts', array: 'categories', to: 'categories' },
    join: { collection: 'post_categories_manies', near: 'Post_left_id', far: 'Category_right_id' },
  }, ({ kept, join }) => {
    copyLinks(kept, join);
    db.getCollection('posts').updateMany({ categories: { $exists: true } }, { $unset: { categories: '' } });
  }),

  // 5. unset categories.children
  // categories.parent holds the same links, and Keystone 8 reads only that. Declared at
  // test/fixtures/sample-blog/lists/Category.ts:8, test/fixtures/sample-blog/lists/Category.ts:7.
  step('Category.children <-> Category.parent', {
    kept: { collection: 'categories', field: 'parent', to: 'categories' },
    dropped: { collection: 'categories', array: 'children', to: 'categories' },
  }, ({ kept, dropped }) => {
    proveKept(dropped, kept);
    db.getCollection('categories').updateMany({ children: { $exists: true } }, { $unset: { children: '' } });
  }),
]);
