// Checks that the database is as Keystone 8 expects it. It changes nothing.
load(`${__dirname}/arcade.js`);

verify([
  step('Post.author <-> User.posts', {
    kept: { collection: 'posts', field: 'author', to: 'users' },
    dropped: { collection: 'users', array: 'posts', to: 'posts' },
  }),
  step('Post.likedBy <-> User.likes', {
    kept: { collection: 'posts', array: 'likedBy', to: 'users' },
    dropped: { collection: 'users', array: 'likes', to: 'posts' },
    join: { collection: 'post_likedby_user_likes', near: 'Post_left_id', far: 'User_right_id' },
  }),
  step('Profile.user <-> User.profile', {
    kept: { collection: 'profiles', field: 'user', to: 'users' },
    dropped: { collection: 'users', field: 'profile', to: 'profiles' },
  }),
  step('Post.categories -> Category', {
    kept: { collection: 'posts', array: 'categories', to: 'categories' },
    join: { collection: 'post_categories_manies', near: 'Post_left_id', far: 'Category_right_id' },
  }),
  step('Category.children <-> Category.parent', {
    kept: { collection: 'categories', field: 'parent', to: 'categories' },
    dropped: { collection: 'categories', array: 'children', to: 'categories' },
  }),
], 2);
