// Restores what old Keystone reads, from the last relationship to the first. It also undoes a migrate that was cut off.
// Stop the application before you run it. If it is cut off, run it again: it finishes.
load(`${__dirname}/arcade.js`);

rollback([
  // 1. undo: unset categories.children
  step('Category.children <-> Category.parent', {
    kept: { collection: 'categories', field: 'parent', to: 'categories' },
    dropped: { collection: 'categories', array: 'children', to: 'categories' },
  }, ({ kept, dropped }) => {
    restore(dropped, kept);
    db.getCollection('categories').updateMany({ children: { $exists: false } }, { $set: { children: [] } });
  }),

  // 2. undo: move posts.categories into post_categories_manies
  step('Post.categories -> Category', {
    kept: { collection: 'posts', array: 'categories', to: 'categories' },
    join: { collection: 'post_categories_manies', near: 'Post_left_id', far: 'Category_right_id' },
  }, ({ kept, join }) => {
    restore(kept, join);
    db.getCollection('posts').updateMany({ categories: { $exists: false } }, { $set: { categories: [] } });
    proveRestored(kept, join);
    db.getCollection('post_categories_manies').drop();
  }),

  // 3. undo: unset users.profile
  step('Profile.user <-> User.profile', {
    kept: { collection: 'profiles', field: 'user', to: 'users' },
    dropped: { collection: 'users', field: 'profile', to: 'profiles' },
  }, ({ kept, dropped }) => {
    restore(dropped, kept);
  }),

  // 4. undo: move posts.likedBy into post_likedby_user_likes, unset users.likes
  step('Post.likedBy <-> User.likes', {
    kept: { collection: 'posts', array: 'likedBy', to: 'users' },
    dropped: { collection: 'users', array: 'likes', to: 'posts' },
    join: { collection: 'post_likedby_user_likes', near: 'Post_left_id', far: 'User_right_id' },
  }, ({ kept, dropped, join }) => {
    restore(kept, join);
    db.getCollection('posts').updateMany({ likedBy: { $exists: false } }, { $set: { likedBy: [] } });
    restore(dropped, kept);
    db.getCollection('users').updateMany({ likes: { $exists: false } }, { $set: { likes: [] } });
    proveRestored(kept, join);
    db.getCollection('post_likedby_user_likes').drop();
  }),

  // 5. undo: unset users.posts
  step('Post.author <-> User.posts', {
    kept: { collection: 'posts', field: 'author', to: 'users' },
    dropped: { collection: 'users', array: 'posts', to: 'posts' },
  }, ({ kept, dropped }) => {
    restore(dropped, kept);
    db.getCollection('users').updateMany({ posts: { $exists: false } }, { $set: { posts: [] } });
  }),
]);
