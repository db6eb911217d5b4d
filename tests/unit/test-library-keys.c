/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <dlfcn.h>
#include <gio/gio.h>
#include <pthread.h>

/* A process has 1024 keys of pthread_key_create(), and others have taken them all. This program is not linked with the library, to load it when it likes. */

typedef struct _MyThread MyThread;

static MyThread *(*thread_new) (const char *name,
                                gpointer func,
                                gpointer user_data,
                                GDestroyNotify destroy);
static gboolean (*thread_start) (MyThread *self,
                                 GError **error);
static gboolean (*thread_join) (MyThread *self,
                                GError **error);
static MyThread *(*thread_get_current) (void);
static gboolean (*thread_sleep) (gint64 duration_us,
                                 GError **error);
static guint (*thread_active_count) (void);

static gpointer
get_symbol (gpointer library,
            const char *name)
{
  gpointer symbol = dlsym (library, name);

  g_assert_nonnull (symbol);
  return symbol;
}

static void
load_library (void)
{
  gpointer library = dlopen (LIBRARY, RTLD_NOW);

  g_assert_nonnull (library);
  thread_new = get_symbol (library, "my_thread_new");
  thread_start = get_symbol (library, "my_thread_start");
  thread_join = get_symbol (library, "my_thread_join");
  thread_get_current = get_symbol (library, "my_thread_get_current");
  thread_sleep = get_symbol (library, "my_thread_sleep");
  thread_active_count = get_symbol (library, "my_thread_active_count");
}

/* A key that is somebody else's, and what he has in it. */
static pthread_key_t first_key;

/* GLib makes some of its own when it first needs them. */
static void
take_all_keys (void)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_autoptr (GThread) self = g_thread_ref (g_thread_self ());
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GSource) source = g_idle_source_new ();
  pthread_key_t key;

  g_main_context_push_thread_default (context);
  g_main_context_pop_thread_default (context);
  g_source_attach (source, context);
  g_source_destroy (source);
  g_assert_cmpint (g_main_depth (), ==, 0);
  g_assert_cmpint (pthread_key_create (&first_key, NULL), ==, 0);
  while (pthread_key_create (&key, NULL) == 0) {
  }
}

static gpointer
be_foreign (gpointer unused)
{
  guint n = thread_active_count ();

  g_assert_cmpint (pthread_setspecific (first_key, &first_key), ==, 0);
  g_assert_nonnull (thread_get_current ());
  g_assert_true (thread_sleep (1, NULL));
  g_assert_cmpuint (thread_active_count (), ==, n + 1);
  g_assert_true (pthread_getspecific (first_key) == &first_key);
  return NULL;
}

static void
sleep_a_moment (MyThread *thread,
                gpointer unused,
                GError **error)
{
  g_assert_cmpint (pthread_setspecific (first_key, &first_key), ==, 0);
  g_assert_true (thread_sleep (1, NULL));
  g_assert_true (pthread_getspecific (first_key) == &first_key);
}

static void
use_threads (void)
{
  for (guint i = 0; i < 3; i++) {
    MyThread *thread = thread_new (NULL, sleep_a_moment, NULL, NULL);
    GError *error = NULL;

    g_assert_true (thread_start (thread, &error));
    g_assert_true (thread_join (thread, &error));
    g_assert_no_error (error);
    g_object_unref (thread);
  }
}

/* The library takes what it needs when it is loaded. */
static void
test_taken_later (void)
{
  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed ();
    return;
  }
  load_library ();
  take_all_keys ();
  use_threads ();
  for (guint i = 0; i < 3; i++) {
    guint n = thread_active_count ();

    g_thread_join (g_thread_new ("foreign", be_foreign, NULL));
    g_assert_cmpuint (thread_active_count (), ==, n);
  }
}

/* With no key it does what can be done without, */
static void
test_taken_before (void)
{
  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed ();
    return;
  }
  take_all_keys ();
  load_library ();
  use_threads ();
}

/* and says why it can not do the rest. */
static void
test_foreign (void)
{
  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed ();
    g_test_trap_assert_stderr ("MyThread: pthread_key_create() has failed*keys*Aborting*");
    return;
  }
  take_all_keys ();
  load_library ();
  g_thread_join (g_thread_new ("foreign", be_foreign, NULL));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/library/keys/taken-later", test_taken_later);
  g_test_add_func ("/library/keys/taken-before", test_taken_before);
  g_test_add_func ("/library/keys/foreign", test_foreign);

  return g_test_run ();
}
