/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#include <string.h>

#define assert_name(thread, expected) my_test_assert_string (my_thread_dup_name (thread), expected)

/* What the kernel calls an OS thread. */
static char *
dup_os_name (gint native_id)
{
  char *path = g_strdup_printf ("/proc/self/task/%d/comm", native_id);
  char *name = NULL;
  GError *error = NULL;

  g_file_get_contents (path, &name, NULL, &error);
  g_assert_no_error (error);
  g_free (path);
  return g_strchomp (name);
}

static guint
default_number (MyThread *thread)
{
  char *name = my_thread_dup_name (thread);
  guint number;

  g_assert_true (g_str_has_prefix (name, "Thread-"));
  g_assert_true (g_ascii_isdigit (name[strlen ("Thread-")]));
  number = (guint) g_ascii_strtoull (name + strlen ("Thread-"), NULL, 10);
  g_free (name);
  return number;
}

static void
test_default (void)
{
  MyThread *one = my_thread_new (NULL, NULL, NULL, NULL);
  MyThread *two = g_object_new (MY_TYPE_THREAD, NULL);
  MyThread *three = my_test_thread_new (NULL, NULL, NULL, NULL);

  g_assert_cmpuint (default_number (one), >, 0);
  g_assert_cmpuint (default_number (two), >, default_number (one));
  g_assert_cmpuint (default_number (three), >, default_number (two));
  g_assert_finalize_object (one);
  g_assert_finalize_object (two);
  g_assert_finalize_object (three);
}

static void
test_null_restores (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  guint number = default_number (thread);

  my_thread_set_name (thread, "other");
  assert_name (thread, "other");
  my_thread_set_name (thread, NULL);
  g_assert_cmpuint (default_number (thread), ==, number);
  g_assert_finalize_object (thread);

  /* One that had a name of its own from the beginning has a default, too, and keeps it. */
  thread = my_thread_new ("special", NULL, NULL, NULL);
  assert_name (thread, "special");
  my_thread_set_name (thread, NULL);
  number = default_number (thread);
  my_thread_set_name (thread, "again");
  g_object_set (thread, "name", NULL, NULL);
  g_assert_cmpuint (default_number (thread), ==, number);
  g_assert_finalize_object (thread);
}

static void
test_property (void)
{
  MyThread *thread = g_object_new (MY_TYPE_THREAD, "name", "by property", NULL);
  char *name;

  assert_name (thread, "by property");
  g_object_set (thread, "name", "a new one", NULL);
  g_object_get (thread, "name", &name, NULL);
  g_assert_cmpstr (name, ==, "a new one");
  g_free (name);
  g_assert_finalize_object (thread);
}

static void
test_notify (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_thread_new ("one", NULL, NULL, NULL);

  my_test_log_watch (log, thread, NULL, "name");
  my_thread_set_name (thread, "two");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "name");
  g_assert_finalize_object (thread);
}

static void
test_empty (void)
{
  MyThread *thread = my_thread_new ("", NULL, NULL, NULL);

  assert_name (thread, "");
  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
}

/* Two threads of one name are two threads. */
static void
test_not_unique (void)
{
  MyThread *one = my_thread_new ("twin", NULL, NULL, NULL);
  MyThread *two = my_thread_new ("twin", NULL, NULL, NULL);

  assert_name (one, "twin");
  assert_name (two, "twin");
  g_assert_finalize_object (one);
  g_assert_finalize_object (two);
}

/* What the OS sees. */

static void
run_dup_os_name (MyThread *thread,
                 gpointer name,
                 GError **error)
{
  *(char **) name = dup_os_name (my_thread_get_native_id (thread));
}

static void
test_os_name (void)
{
  const struct {
    const char *name;
    const char *os_name;
  } cases[] = {
    { "short", "short" },
    { "fifteen bytes !", "fifteen bytes !" },
    { "sixteen bytes !!", "sixteen bytes !" },
    { "a name of a good deal more than sixteen bytes", "a name of a goo" },
    /* 14 bytes, then a character of two. */
    { "fourteen bytesé and more", "fourteen bytes" },
    { "thirteen bytéé", "thirteen byt\303\251" },
    /* Characters of three bytes: five go in. */
    { "日本語日本語", "日本語日本" },
    /* Of four bytes: three go in. */
    { "😀😀😀😀", "😀😀😀" },
    { "a😀😀😀😀", "a😀😀😀" },
    { "abc😀😀😀😀", "abc😀😀😀" },
    { "abcd😀😀😀😀", "abcd😀😀" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    char *os_name = NULL;
    MyThread *thread = my_test_start (cases[i].name, run_dup_os_name, &os_name);

    g_assert_true (my_thread_join (thread, NULL));
    g_assert_cmpstr (os_name, ==, cases[i].os_name);
    assert_name (thread, cases[i].name);
    g_free (os_name);
    g_assert_finalize_object (thread);
  }
}

static void
test_os_name_default (void)
{
  char *os_name = NULL;
  MyThread *thread = my_test_start (NULL, run_dup_os_name, &os_name);

  g_assert_true (my_thread_join (thread, NULL));
  assert_name (thread, os_name);
  g_free (os_name);
  g_assert_finalize_object (thread);
}

/* Renamed by itself, and by another thread, while it runs. */

static void
run_rename (MyThread *thread,
            gpointer block,
            GError **error)
{
  my_thread_set_name (thread, "renamed by myself, at length");
  my_test_assert_string (dup_os_name (my_thread_get_native_id (thread)), "renamed by myse");
  my_test_run_block (thread, block, error);
}

static void
test_rename_while_running (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  char *name;

  thread = my_test_start ("as it was", run_rename, &block);
  my_test_gate_wait (&block.entered);
  assert_name (thread, "renamed by myself, at length");

  my_thread_set_name (thread, "renamed by main");
  assert_name (thread, "renamed by main");
  my_test_assert_string (dup_os_name (my_thread_get_native_id (thread)), "renamed by main");

  my_thread_set_name (thread, NULL);
  name = dup_os_name (my_thread_get_native_id (thread));
  assert_name (thread, name);
  g_free (name);

  my_test_gate_open (&block.release);
  my_test_finish (thread);
}

/* An OS thread that is used again, and was renamed, does not betray it. */
static void
test_os_name_is_new (void)
{
  for (guint i = 0; i < 50; i++) {
    g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
    char *os_name = NULL;

    my_test_gate_open (&block.release);
    my_test_finish (my_test_start ("first user", run_rename, &block));
    my_test_finish (my_test_start ("second user", run_dup_os_name, &os_name));
    g_assert_cmpstr (os_name, ==, "second user");
    g_free (os_name);
  }
}

/* Renamed after the end: the OS thread that it had is somebody else's now. */
static void
test_rename_after_end (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *ended, *other;

  ended = my_test_start ("ended", my_test_run_nothing, NULL);
  g_assert_true (my_thread_join (ended, NULL));
  other = my_test_start_block ("other", &block);
  my_thread_set_name (ended, "late");
  assert_name (ended, "late");
  assert_name (other, "other");
  my_test_assert_string (dup_os_name (my_thread_get_native_id (other)), "other");
  my_test_gate_open (&block.release);
  my_test_finish (other);
  g_assert_finalize_object (ended);
}

/* The threads that are there without us. */

static void
test_main (void)
{
  MyThread *main_thread = my_thread_get_main ();

  g_assert_true (MY_IS_THREAD (main_thread));
  assert_name (main_thread, "MainThread");
  my_thread_set_name (main_thread, "the first");
  assert_name (main_thread, "the first");
  my_thread_set_name (main_thread, NULL);
  assert_name (main_thread, "MainThread");
}

static gpointer
check_foreign (gpointer unused)
{
  MyThread *thread = my_thread_get_current ();
  char *name = my_thread_dup_name (thread);

  g_assert_true (g_str_has_prefix (name, "Foreign-"));
  g_assert_true (g_ascii_isdigit (name[strlen ("Foreign-")]));
  my_thread_set_name (thread, "no longer foreign");
  assert_name (thread, "no longer foreign");
  my_thread_set_name (thread, NULL);
  assert_name (thread, name);
  return name;
}

static void
test_foreign (void)
{
  char *one = g_thread_join (g_thread_new ("one", check_foreign, NULL));
  char *two = g_thread_join (g_thread_new ("two", check_foreign, NULL));

  g_assert_cmpstr (one, !=, two);
  g_free (one);
  g_free (two);
  /* Each is kept until what it said of its name is delivered. */
  my_test_iterate_pending (NULL);
}

/* The number of a thread is one that the user made. */

static gpointer
look_at_oneself (gpointer unused)
{
  g_assert_nonnull (my_thread_get_current ());
  return NULL;
}

static void
test_foreign_takes_no_number (void)
{
  MyThread *one = my_thread_new (NULL, NULL, NULL, NULL);
  MyThread *two;

  g_assert_nonnull (my_thread_get_main ());
  g_thread_join (g_thread_new ("foreign", look_at_oneself, NULL));
  two = my_thread_new (NULL, NULL, NULL, NULL);
  g_assert_cmpuint (default_number (two), ==, default_number (one) + 1);
  g_assert_finalize_object (one);
  g_assert_finalize_object (two);
}

/* The first one is the first one, though the library has an object of its own for the main thread. */
static void
test_first (void)
{
  MyThread *thread;

  if (!my_test_is_apart ()) {
    return;
  }
  g_assert_true (my_thread_get_current () == my_thread_get_main ());
  thread = my_thread_new (NULL, NULL, NULL, NULL);
  g_assert_cmpuint (default_number (thread), ==, 1);
  g_assert_finalize_object (thread);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/names/default", test_default);
  g_test_add_func ("/thread/names/null-restores", test_null_restores);
  g_test_add_func ("/thread/names/property", test_property);
  g_test_add_func ("/thread/names/notify", test_notify);
  g_test_add_func ("/thread/names/empty", test_empty);
  g_test_add_func ("/thread/names/not-unique", test_not_unique);
  g_test_add_func ("/thread/names/os-name", test_os_name);
  g_test_add_func ("/thread/names/os-name-default", test_os_name_default);
  g_test_add_func ("/thread/names/rename-while-running", test_rename_while_running);
  g_test_add_func ("/thread/names/os-name-is-new", test_os_name_is_new);
  g_test_add_func ("/thread/names/rename-after-end", test_rename_after_end);
  g_test_add_func ("/thread/names/main", test_main);
  g_test_add_func ("/thread/names/foreign", test_foreign);
  g_test_add_func ("/thread/names/foreign-takes-no-number", test_foreign_takes_no_number);
  g_test_add_func ("/thread/names/first", test_first);

  return g_test_run ();
}
