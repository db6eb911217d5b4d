/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-pool.h"

/* The property `main-context` of groups and pools: where their notifications come. */

static GMainContext *
get_context (gpointer object)
{
  return MY_IS_THREAD_GROUP (object) ? my_thread_group_get_main_context (object) : my_thread_pool_get_main_context (object);
}

static void
assert_context (gpointer object,
                GMainContext *expected)
{
  GMainContext *context;

  g_assert_true (get_context (object) == expected);
  g_object_get (object, "main-context", &context, NULL);
  g_assert_true (context == expected);
  g_clear_pointer (&context, g_main_context_unref);
}

static GType
get_type (gconstpointer name)
{
  return g_str_equal (name, "group") ? MY_TYPE_THREAD_GROUP : MY_TYPE_THREAD_POOL;
}

/* By default the thread-default one at construction, or the one that is given. */
static void
test_construct (gconstpointer name)
{
  GMainContext *given = g_main_context_new ();
  GMainContext *own = g_main_context_new ();
  GObject *object = g_object_new (get_type (name), NULL);

  assert_context (object, g_main_context_default ());
  g_assert_finalize_object (object);

  g_main_context_push_thread_default (own);
  object = g_object_new (get_type (name), NULL);
  assert_context (object, own);
  g_assert_finalize_object (object);
  object = g_object_new (get_type (name), "main-context", NULL, NULL);
  assert_context (object, own);
  g_assert_finalize_object (object);
  object = g_object_new (get_type (name), "main-context", given, NULL);
  assert_context (object, given);
  g_assert_finalize_object (object);
  object = g_object_new (get_type (name), "main-context", g_main_context_default (), NULL);
  assert_context (object, g_main_context_default ());
  g_assert_finalize_object (object);
  g_main_context_pop_thread_default (own);

  g_main_context_unref (own);
  g_main_context_unref (given);
}

/* The default ones belong to the global default context, whoever asks for them first. */
static gpointer
make_defaults (gpointer unused)
{
  GMainContext *own = g_main_context_new ();

  g_main_context_push_thread_default (own);
  assert_context (my_thread_group_get_default (), g_main_context_default ());
  assert_context (my_thread_pool_get_default (), g_main_context_default ());
  g_main_context_pop_thread_default (own);
  g_main_context_unref (own);
  return NULL;
}

static void
test_defaults (void)
{
  g_thread_join (g_thread_new ("maker", make_defaults, NULL));
}

/* It is not kept. */
static void
test_closes (gconstpointer name)
{
  GMainContext *context = g_main_context_new ();
  GObject *object = g_object_new (get_type (name), "main-context", context, NULL);

  g_main_context_unref (context);
  assert_context (object, NULL);
  g_assert_finalize_object (object);
}

/* notifications */

typedef struct {
  GThread *where;
  gint n;
} Notes;

static void
on_notify (GObject *object,
           GParamSpec *pspec,
           gpointer data)
{
  Notes *notes = data;

  notes->where = g_thread_self ();
  g_atomic_int_inc (&notes->n);
}

static const char *
get_limit_name (gconstpointer name)
{
  return g_str_equal (name, "group") ? "max-running" : "max-threads";
}

static gpointer
set_limit (gpointer object)
{
  for (guint i = 0; i < 100; i++) {
    g_object_set (object, get_limit_name (MY_IS_THREAD_GROUP (object) ? "group" : "pool"), 10 + i, NULL);
  }
  return NULL;
}

static void
test_notify (gconstpointer name)
{
  GMainContext *context = g_main_context_new ();
  GObject *object;
  Notes notes = { NULL, 0 };

  g_main_context_push_thread_default (context);
  object = g_object_new (get_type (name), NULL);
  g_signal_connect (object, "notify", G_CALLBACK (on_notify), &notes);

  /* At once in the owner thread, */
  g_object_set (object, get_limit_name (name), 3, NULL);
  g_assert_cmpint (notes.n, ==, 1);
  g_object_set (object, get_limit_name (name), 3, NULL);
  g_assert_cmpint (notes.n, ==, 1);

  /* and from another one in a later turn, a hundred as one. */
  g_thread_join (g_thread_new ("setter", set_limit, object));
  g_assert_cmpint (notes.n, ==, 1);
  my_test_iterate_pending (context);
  g_assert_cmpint (notes.n, ==, 2);
  g_assert_true (notes.where == g_thread_self ());

  /* What is pending keeps the object no longer than the context is there. */
  g_thread_join (g_thread_new ("setter", set_limit, object));
  g_object_add_weak_pointer (object, (gpointer *) &object);
  g_object_unref (object);
  g_assert_nonnull (object);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_assert_null (object);
  g_assert_cmpint (notes.n, ==, 2);
}

/* Nor in a program without a main loop: the next wait of the owner thread lets it go. */
static void
test_without_loop (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  Notes notes = { NULL, 0 };

  g_signal_connect (pool, "notify::max-threads", G_CALLBACK (on_notify), &notes);
  g_thread_join (g_thread_new ("setter", set_limit, pool));
  g_object_add_weak_pointer (G_OBJECT (pool), (gpointer *) &pool);
  g_object_unref (pool);
  g_assert_true (my_thread_sleep (1, NULL));
  g_assert_null (pool);
}

static void
test_bad_input (void)
{
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_group_get_main_context*");
  g_assert_null (my_thread_group_get_main_context ((MyThreadGroup *) my_thread_get_main ()));
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_pool_get_main_context*");
  g_assert_null (my_thread_pool_get_main_context (NULL));
  g_test_assert_expected_messages ();
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/owner-context/defaults", test_defaults);
  g_test_add_data_func ("/owner-context/construct/group", "group", test_construct);
  g_test_add_data_func ("/owner-context/construct/pool", "pool", test_construct);
  g_test_add_data_func ("/owner-context/closes/group", "group", test_closes);
  g_test_add_data_func ("/owner-context/closes/pool", "pool", test_closes);
  g_test_add_data_func ("/owner-context/notify/group", "group", test_notify);
  g_test_add_data_func ("/owner-context/notify/pool", "pool", test_notify);
  g_test_add_func ("/owner-context/without-loop", test_without_loop);
  g_test_add_func ("/owner-context/bad-input", test_bad_input);

  return g_test_run ();
}
