/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-pool.h"
#include "my-test-support.h"
#include "my-test-thread.h"

/* A thread with room for so many results, and a reader that waits for it instead of reading on. */

#define N_ROUNDS 300
#define N_RESULTS 300
#define ROOM 10

typedef struct {
  guint n_before;   /* after so many it waits until the reader waits, ... */
  MyThread *reader; /* ... if there is one */
  gint n_published;
  gint n_read;
  gint n_over; /* how often more was pending than there is room for, the one that is about to be published counted */
} Stream;

static void
run_publish (MyThread *thread,
             gpointer data,
             GError **error)
{
  Stream *self = data;

  for (guint i = 0; i < N_RESULTS; i++) {
    GObject *item = g_object_new (G_TYPE_OBJECT, NULL);

    if (i == self->n_before && self->reader != NULL) {
      my_test_wait_until_waiting (self->reader);
    }
    my_thread_publish (thread, item);
    g_object_unref (item);
    if (g_atomic_int_add (&self->n_published, 1) + 1 - g_atomic_int_get (&self->n_read) > ROOM + 1) {
      g_atomic_int_inc (&self->n_over);
    }
  }
}

static MyThread *
publisher_new (Stream *stream,
               MyThreadGroup *group)
{
  MyThread *thread = my_test_thread_new_in_group (group, run_publish, stream);

  my_thread_set_max_pending (thread, ROOM);
  return thread;
}

static void
read_some (MyThread *thread,
           Stream *stream,
           guint n)
{
  for (guint i = 0; i < n; i++) {
    GObject *item = my_thread_next_result (thread, -1, NULL);

    g_assert_nonnull (item);
    g_atomic_int_inc (&stream->n_read);
    g_object_unref (item);
  }
}

static void
check_rest (MyThread *thread,
            guint n)
{
  GError *error = NULL;

  for (guint i = 0; i < n; i++) {
    g_object_unref (my_thread_next_result (thread, 0, NULL));
  }
  g_assert_null (my_thread_next_result (thread, 0, &error));
  g_assert_no_error (error);
}

/* Who waits first is a matter of chance, but in two of three rounds. */
static void
start_and_read (MyThread *thread,
                Stream *stream,
                guint round)
{
  if (round % 3 == 1) {
    stream->n_before = 1 + round % 20;
    stream->reader = my_thread_get_current ();
  }
  g_assert_true (my_thread_start (thread, NULL));
  read_some (thread, stream, 1 + round % 20);
  if (round % 3 == 0) {
    my_test_wait_until_waiting (thread);
  }
}

/* The owner reads some and joins; or another thread does, while the owner is in no wait of the library's. */

typedef struct {
  MyThread *publisher;
  Stream stream;
  guint round;
} Read;

static void
run_read_and_join (MyThread *thread,
                   gpointer data,
                   GError **error)
{
  Read *self = data;

  start_and_read (self->publisher, &self->stream, self->round);
  g_assert_true (my_thread_join (self->publisher, NULL));
  check_rest (self->publisher, N_RESULTS - 1 - self->round % 20);
}

static void
test_join (void)
{
  for (guint i = 0; i < 2 * N_ROUNDS; i++) {
    Read reading = { .round = i / 2 };

    reading.publisher = publisher_new (&reading.stream, NULL);
    if (i % 2 == 0) {
      run_read_and_join (NULL, &reading, NULL);
    } else {
      MyThread *reader = my_test_start (NULL, run_read_and_join, &reading);

      my_test_wait_until (my_test_is_over, reader);
      my_test_finish (reader);
    }
    my_test_release (reading.publisher);
  }
}

/* All of its group. */
static void
test_group (void)
{
  for (guint i = 0; i < N_ROUNDS; i++) {
    MyThreadGroup *outer = my_thread_group_new (NULL, NULL);
    MyThreadGroup *group = my_thread_group_new (NULL, outer);
    Stream stream = { 0 };
    MyThread *thread = publisher_new (&stream, group);

    start_and_read (thread, &stream, i);
    g_assert_true (my_thread_group_join (i % 2 == 0 ? outer : group, NULL));
    check_rest (thread, N_RESULTS - 1 - i % 20);
    my_test_release (thread);
    my_test_release (group);
    my_test_release (outer);
  }
}

/* One that joins it: whichever of the three waits last. */

static void
run_join_late (MyThread *thread,
               gpointer other,
               GError **error)
{
  if (g_random_boolean ()) {
    my_test_wait_until_waiting (my_thread_get_main ());
  }
  my_thread_join (other, error);
}

static void
test_chain (void)
{
  for (guint i = 0; i < N_ROUNDS; i++) {
    Stream stream = { 0 };
    MyThread *thread = publisher_new (&stream, NULL);
    MyThread *between;

    start_and_read (thread, &stream, i);
    between = my_test_start (NULL, run_join_late, thread);
    g_assert_true (my_thread_join (between, NULL));
    check_rest (thread, N_RESULTS - 1 - i % 20);
    my_test_release (between);
    my_test_release (thread);
  }
}

/* A joiner that runs it: the only thread of the pool that was to. */

static void
run_help (MyThread *thread,
          gpointer pool,
          GError **error)
{
  Stream stream = { 0 };
  MyThread *publisher = publisher_new (&stream, NULL);

  g_assert_true (my_executor_submit (pool, publisher, NULL));
  my_test_assert_fails (my_thread_next_result (publisher, 0, &error_) != NULL, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  g_assert_true (my_thread_join (publisher, NULL));
  check_rest (publisher, N_RESULTS);
  my_test_release (publisher);
}

static void
test_help (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);

  my_test_finish (my_test_submit (pool, run_help, pool));
  my_test_pool_finish (pool);
}

/* There is a limit while another thread reads; and none while the reader itself joins, with a limit of time. */

static void
run_read_all (MyThread *thread,
              gpointer data,
              GError **error)
{
  gpointer *pair = data;

  read_some (pair[0], pair[1], N_RESULTS);
}

static void
test_limit (void)
{
  for (guint i = 0; i < N_ROUNDS; i++) {
    Stream stream = { 0 };
    MyThread *thread = publisher_new (&stream, NULL);
    gpointer pair[2] = { thread, &stream };

    /* What the owner puts into the list before anybody has called this is not pending any more. */
    my_test_assert_fails (my_thread_next_result (thread, 0, &error_) != NULL, MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
    if (i % 2 == 0) {
      MyThread *reader;

      g_assert_true (my_thread_start (thread, NULL));
      reader = my_test_start (NULL, run_read_all, pair);
      g_assert_true (my_thread_join (thread, NULL));
      my_test_finish (reader);
      g_assert_cmpint (stream.n_over, ==, 0);
    } else {
      start_and_read (thread, &stream, i / 2);
      while (!my_thread_join_timeout (thread, 1000, NULL)) {
      }
      check_rest (thread, N_RESULTS - 1 - i / 2 % 20);
    }
    my_test_release (thread);
  }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread-results-room/join", test_join);
  g_test_add_func ("/thread-results-room/group", test_group);
  g_test_add_func ("/thread-results-room/chain", test_chain);
  g_test_add_func ("/thread-results-room/help", test_help);
  g_test_add_func ("/thread-results-room/limit", test_limit);

  return g_test_run ();
}
