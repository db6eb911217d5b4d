/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <unistd.h>

#include "my-test-pool.h"

/* pthread_cancel(). Of an OS thread of the library: what comes while it runs nothing ends the OS thread, and not what it would have run next. */

#define N_ROUNDS 2000

static pthread_t last_os_thread; /* of what has ended: whoever reads it has heard of that */
static gint last_native_id;      /* the same */
static gint n_done;

/* Where a cancellation that came before would strike. */
static void
be_careless (void)
{
  char c = 'x';

  pthread_testcancel ();
  g_assert_cmpint (write (STDOUT_FILENO, &c, 0), >=, 0);
  g_usleep (0);
}

/* an OS thread that waits for the next thread */

static void
run_careless (MyThread *thread,
              gpointer unused,
              GError **error)
{
  be_careless ();
  last_os_thread = pthread_self ();
  last_native_id = gettid ();
  g_atomic_int_inc (&n_done);
}

static void
test_thread (void)
{
  g_atomic_int_set (&n_done, 0);
  for (guint i = 0; i < N_ROUNDS; i++) {
    my_test_finish (my_test_start (NULL, run_careless, NULL));
    if (i % 4 == 0) {
      /* Each at another moment of its way to sleep. */
      g_usleep (i % 200);
    }
    pthread_cancel (last_os_thread);
  }
  my_test_finish (my_test_start (NULL, run_careless, NULL));
  g_assert_cmpint (g_atomic_int_get (&n_done), ==, N_ROUNDS + 1);
}

/* What run() has not noticed does not strike in the library, which wakes a main loop to tell it of the end: that is a cancellation point. */

static void
run_cancel_itself (MyThread *thread,
                   gpointer unused,
                   GError **error)
{
  my_test_wait_until_asleep (my_thread_get_main ());
  pthread_cancel (pthread_self ());
}

static void
on_finished (MyThread *thread,
             gpointer is_finished)
{
  g_atomic_int_set ((gint *) is_finished, TRUE);
}

static void
test_end (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);

  for (guint i = 0; i < 40; i++) {
    MyThread *thread = my_thread_new (NULL, run_cancel_itself, NULL, NULL);
    gint is_finished = FALSE;

    g_signal_connect (thread, "finished", G_CALLBACK (on_finished), &is_finished);
    g_assert_true (i % 2 == 0 ? my_thread_start (thread, NULL) : my_executor_submit (MY_EXECUTOR (pool), thread, NULL));
    my_test_iterate_until (NULL, my_test_is_set, &is_finished);
    my_test_finish (thread);
  }
  my_test_pool_finish (pool);
}

/* workers */

static void
task_careless (gpointer n)
{
  be_careless ();
  last_os_thread = pthread_self ();
  g_atomic_int_inc ((gint *) n);
}

/* One that waits for the next thread, and becomes a worker. */
static void
test_thread_then_pool (void)
{
  for (guint i = 0; i < N_ROUNDS / 10; i++) {
    MyThreadPool *pool = my_thread_pool_new (NULL, 1);
    gint n = 0;

    my_test_finish (my_test_start (NULL, run_careless, NULL));
    pthread_cancel (last_os_thread);
    my_test_push (pool, task_careless, &n);
    my_test_push (pool, task_careless, &n);
    my_test_pool_finish (pool);
    g_assert_cmpint (n, ==, 2);
  }
}

/* An idle one. */
static void
test_worker (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  gint n = 0;

  for (guint i = 0; i < N_ROUNDS; i++) {
    if (i % 2 == 0) {
      my_test_push (pool, task_careless, &n);
    } else {
      MyThread *thread = my_test_submit (pool, run_careless, NULL);

      /* No join, which might run it here. */
      my_test_wait_until (my_test_is_over, thread);
      my_test_finish (thread);
    }
    my_test_pool_wait_until_idle (pool, i + 1);
    if (i % 4 == 0) {
      g_usleep (i % 200);
    }
    pthread_cancel (last_os_thread);
  }
  my_test_push (pool, task_careless, &n);
  my_test_pool_finish (pool);
  g_assert_cmpint (n, ==, N_ROUNDS / 2 + 1);
}

/* between two tasks that are queued */

typedef struct {
  gint n;
  gint order[100];
} Order;

typedef struct {
  Order *order;
  gint number;
} Numbered;

static void
note (gpointer data)
{
  Numbered *numbered = data;

  be_careless ();
  numbered->order->order[numbered->order->n++] = numbered->number;
  /* It is careful from here, so this is for the time after it. */
  pthread_cancel (pthread_self ());
}

static void
run_note (MyThread *thread,
          gpointer data,
          GError **error)
{
  note (data);
}

/* Each begins in its turn, on an OS thread of its own; also those that come before and after a shutdown. */
static void
test_queued (void)
{
  for (guint round = 0; round < 20; round++) {
    MyThreadPool *pool = my_thread_pool_new ("cancelled", 1);
    Order order = { 0 };
    Numbered numbered[100];
    MyThread *threads[50];
    g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

    my_test_pool_hold (pool, &block, 1);
    for (gint i = 0; i < 100; i++) {
      numbered[i] = (Numbered){ &order, i };
      if (i % 2 == 0) {
        my_test_push (pool, note, &numbered[i]);
      } else {
        threads[i / 2] = my_test_submit (pool, run_note, &numbered[i]);
      }
    }
    my_test_gate_open (&block.release);
    g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
    g_assert_cmpint (order.n, ==, 100);
    for (gint i = 0; i < 100; i++) {
      g_assert_cmpint (order.order[i], ==, i);
    }
    for (guint i = 0; i < 50; i++) {
      my_test_finish (threads[i]);
    }
    my_test_pool_finish (pool);
  }
}

/* A task does not let itself be cancelled, and leaves it so: that is not for the next one. */

static void
task_leave_pending (gpointer unused)
{
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, NULL);
  pthread_cancel (pthread_self ());
}

static void
run_leave_pending (MyThread *thread,
                   gpointer unused,
                   GError **error)
{
  task_leave_pending (NULL);
}

static void
test_left_pending (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  MyThread *left, *next;
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  gint n = 0;

  g_atomic_int_set (&n_done, 0);
  my_test_pool_hold (pool, &block, 1);
  my_test_push (pool, task_leave_pending, NULL);
  my_test_push (pool, task_careless, &n);
  left = my_test_submit (pool, run_leave_pending, NULL);
  my_test_push (pool, task_careless, &n);
  my_test_push (pool, task_leave_pending, NULL);
  next = my_test_submit (pool, run_careless, NULL);
  my_test_gate_open (&block.release);
  my_test_pool_wait_until_idle (pool, 7);
  g_assert_cmpint (n, ==, 2);
  g_assert_cmpint (g_atomic_int_get (&n_done), ==, 1);
  my_test_finish (left);
  my_test_finish (next);
  my_test_pool_finish (pool);
}

/* It has asked to be struck anywhere, too: that is not to be where the library puts both back. */

static void
task_leave_asynchronous (gpointer unused)
{
  pthread_setcanceltype (PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
  task_leave_pending (NULL);
}

static void
test_left_asynchronous (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  MyTestWatch *watch = my_test_watch_begin ();
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  gint n = 0;

  my_test_pool_hold (pool, &block, 1);
  for (guint i = 0; i < 10; i++) {
    my_test_push (pool, task_leave_asynchronous, NULL);
    my_test_push (pool, my_test_task_count, &n);
  }
  my_test_gate_open (&block.release);
  my_test_pool_finish (pool);
  g_assert_cmpint (n, ==, 10);
  my_test_watch_end (watch);
}

/* A thread that its joiner runs: the joiner is struck when it has returned. */

typedef struct {
  MyThread *thread;
  MyTestGate gate;
  gint has_returned;
} Joining;

static void
run_leave_asynchronous (MyThread *thread,
                        gpointer unused,
                        GError **error)
{
  task_leave_asynchronous (NULL);
}

static void
task_join_and_be_struck (gpointer data)
{
  Joining *self = data;

  my_test_gate_wait (&self->gate);
  g_assert_true (my_thread_join (self->thread, NULL));
  g_atomic_int_set (&self->has_returned, TRUE);
  pthread_testcancel ();
  g_assert_not_reached ();
}

static void
test_left_to_joiner (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  Joining joining = { NULL };

  my_test_gate_init (&joining.gate);
  my_test_push (pool, task_join_and_be_struck, &joining);
  joining.thread = my_test_submit (pool, run_leave_asynchronous, NULL);
  my_test_gate_open (&joining.gate);
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  g_assert_true (joining.has_returned);
  my_test_finish (joining.thread);
  my_test_release_executor (pool);
  my_test_gate_clear (&joining.gate);
}

/* Parts of a parallel call that a worker has stolen: its last task was cancelled. */

static void
piece (gsize begin,
       gsize end,
       gpointer n)
{
  be_careless ();
  g_atomic_int_add ((gint *) n, (gint) (end - begin));
}

static void
task_cancel_itself (gpointer unused)
{
  pthread_cancel (pthread_self ());
}

static void
test_parallel (gconstpointer leaves_pending)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 3);

  for (guint round = 0; round < 200; round++) {
    gint n = 0;

    for (guint i = 0; i < 3; i++) {
      my_test_push (pool, leaves_pending ? task_leave_pending : task_cancel_itself, NULL);
    }
    my_parallel_for (pool, 0, 100, 1, piece, &n);
    g_assert_cmpint (n, ==, 100);
  }
  my_test_pool_finish (pool);
}

/* Where the system has no other OS thread, the one that was cancelled does it yet, in a process of its own that has none idle. */

static void
test_refused (void)
{
  MyThreadPool *pool;
  MyThread *thread;
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  size_t stack_size;
  gboolean is_started = FALSE;
  gint n = 0;

  if (!my_test_is_apart ()) {
    return;
  }
  /* Of a worker, with the next task in hand, */
  pool = my_thread_pool_new (NULL, 1);
  my_test_pool_hold (pool, &block, 1);
  my_test_push (pool, task_cancel_itself, NULL);
  my_test_push (pool, task_careless, &n);
  stack_size = my_test_set_default_stack_size (MY_TEST_HUGE_STACK);
  my_test_gate_open (&block.release);
  my_test_wait_until (my_test_is_set, &n);
  my_test_set_default_stack_size (stack_size);
  my_test_push (pool, task_careless, &n);
  my_test_pool_finish (pool);
  g_assert_cmpint (n, ==, 2);

  /* and of one that has waited for the next thread. It is struck before it has got to that, now and then: then it is gone, and so is
   * the start refused. */
  thread = my_thread_new (NULL, run_careless, NULL, NULL);
  while (!is_started) {
    my_test_finish (my_test_start (NULL, run_careless, NULL));
    pthread_cancel (last_os_thread);
    my_test_set_default_stack_size (MY_TEST_HUGE_STACK);
    while (!is_started && my_test_get_os_state (last_native_id) != '-') {
      is_started = my_thread_start (thread, NULL);
      g_thread_yield ();
    }
    if (is_started) {
      my_test_finish (thread);
    }
    my_test_set_default_stack_size (stack_size);
  }
}

/* OS threads that are not the library's, and are about to be ended: to wake a main loop, or who polls for a cancellable, is a cancellation
 * point, and GLib has a lock there. The main thread is in the loop of the context, as far as GLib can tell, or polls. */

typedef struct {
  MyThread *thread;
  GMainContext *context;
  gint is_back;
} Struck;

static void
strike (gpointer (*func) (gpointer data),
        Struck *struck)
{
  pthread_t thread;

  struck->is_back = FALSE;
  g_assert_cmpint (pthread_create (&thread, NULL, func, struck), ==, 0);
  g_assert_cmpint (pthread_join (thread, NULL), ==, 0);
  g_assert_true (struck->is_back);
}

static void
be_struck (Struck *struck)
{
  g_atomic_int_set (&struck->is_back, TRUE);
  pthread_testcancel ();
  g_assert_not_reached ();
}

static gpointer
make_thread (gpointer data)
{
  Struck *self = data;

  pthread_cancel (pthread_self ());
  self->thread = g_object_new (MY_TYPE_THREAD, "main-context", self->context, NULL);
  be_struck (self);
  return NULL;
}

/* The first thread of a context. */
static void
test_elsewhere_context (void)
{
  Struck struck = { .context = g_main_context_new () };

  g_assert_true (g_main_context_acquire (struck.context));
  strike (make_thread, &struck);
  g_assert_true (my_thread_get_main_context (struck.thread) == struck.context);
  g_main_context_release (struck.context);
  g_main_context_unref (struck.context);
  my_test_release (struck.thread);
}

static gpointer
cancel_thread (gpointer data)
{
  Struck *self = data;

  pthread_cancel (pthread_self ());
  my_thread_cancel (self->thread);
  be_struck (self);
  return NULL;
}

static void
test_elsewhere_cancellable (void)
{
  Struck struck = { .thread = my_thread_new (NULL, run_careless, NULL, NULL) };
  GCancellable *cancellable = my_thread_get_cancellable (struck.thread);
  GPollFD poll_fd;

  g_assert_true (g_cancellable_make_pollfd (cancellable, &poll_fd));
  strike (cancel_thread, &struck);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  g_cancellable_release_fd (cancellable);
  my_test_release (struck.thread);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/os-thread/cancel/thread", test_thread);
  g_test_add_func ("/os-thread/cancel/end", test_end);
  g_test_add_func ("/os-thread/cancel/thread-then-pool", test_thread_then_pool);
  g_test_add_func ("/os-thread/cancel/worker", test_worker);
  g_test_add_func ("/os-thread/cancel/queued", test_queued);
  g_test_add_func ("/os-thread/cancel/left/pending", test_left_pending);
  g_test_add_func ("/os-thread/cancel/left/asynchronous", test_left_asynchronous);
  g_test_add_func ("/os-thread/cancel/left/to-joiner", test_left_to_joiner);
  g_test_add_data_func ("/os-thread/cancel/parallel", GINT_TO_POINTER (FALSE), test_parallel);
  g_test_add_data_func ("/os-thread/cancel/left/parallel", GINT_TO_POINTER (TRUE), test_parallel);
  g_test_add_func ("/os-thread/cancel/elsewhere/context", test_elsewhere_context);
  g_test_add_func ("/os-thread/cancel/elsewhere/cancellable", test_elsewhere_cancellable);
  g_test_add_func ("/os-thread/cancel/refused", test_refused);

  return g_test_run ();
}
