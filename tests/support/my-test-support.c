/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-support.h"

#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* waiting */

gint64
my_test_deadline (void)
{
  return g_get_monotonic_time () + MY_TEST_LONG_US;
}

void
my_test_iterate_until (GMainContext *context,
                       MyTestPredicate predicate,
                       gpointer data)
{
  MyTestWatch *watch;

  if (predicate (data)) {
    return;
  }
  watch = my_test_watch_begin ();
  do {
    g_main_context_iteration (context, TRUE);
  } while (!predicate (data));
  my_test_watch_end (watch);
}

void
my_test_iterate_pending (GMainContext *context)
{
  MyTestPatience patience;

  my_test_patience_init (&patience);
  /* The library's source may give way to others for a turn, in which there is nothing to dispatch. */
  while (g_main_context_iteration (context, FALSE) || g_main_context_pending (context)) {
    g_assert_false (my_test_patience_is_over (&patience));
  }
}

static gboolean
is_asleep (gpointer thread)
{
  return !my_thread_is_alive (thread) || my_test_get_os_state (my_thread_get_native_id (thread)) == 'S';
}

void
my_test_wait_until_asleep (MyThread *thread)
{
  my_test_wait_until (is_asleep, thread);
}

/* By its line in the dump, which is made under the library's lock. */
static gboolean
is_waiting (gpointer thread)
{
  g_autofree char *native_id = g_strdup_printf (", native id %d,", my_thread_get_native_id (thread));
  g_autofree char *text = my_thread_dump ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_true (my_thread_is_alive (thread));
  for (guint i = 0; lines[i] != NULL; i++) {
    if (strstr (lines[i], native_id)) {
      return strstr (lines[i], ", waits for ") || g_str_has_suffix (lines[i], ", sleeps");
    }
  }
  return FALSE;
}

void
my_test_wait_until_waiting (MyThread *thread)
{
  my_test_wait_until (is_waiting, thread);
}

gboolean
my_test_is_set (gpointer gint_pointer)
{
  return g_atomic_int_get ((gint *) gint_pointer) != 0;
}

gboolean
my_test_is_null (gpointer pointer_to_pointer)
{
  return g_atomic_pointer_get ((gpointer *) pointer_to_pointer) == NULL;
}

gboolean
my_test_has_begun (gpointer thread)
{
  return my_thread_get_native_id (thread) != 0;
}

gboolean
my_test_is_over (gpointer thread)
{
  if (my_thread_get_state (thread) <= MY_THREAD_STATE_RUNNING) {
    return FALSE;
  }
  /* The state can be seen a moment before its owner is told. Both come under one lock, which this takes. */
  my_thread_active_count ();
  return TRUE;
}

gboolean
my_test_is_cancelled (gpointer thread)
{
  return my_thread_is_cancelled (thread);
}

gboolean
my_test_is_alone (gpointer unused)
{
  return my_thread_active_count () == 1;
}

/* gates */

void
my_test_gate_init (MyTestGate *gate)
{
  g_mutex_init (&gate->lock);
  g_cond_init (&gate->cond);
  gate->n_opened = 0;
}

void
my_test_gate_clear (MyTestGate *gate)
{
  /* One of MY_TEST_GATE_INIT is made by its first use, and only what is made can be cleared. */
  g_mutex_lock (&gate->lock);
  g_cond_signal (&gate->cond);
  g_mutex_unlock (&gate->lock);
  g_mutex_clear (&gate->lock);
  g_cond_clear (&gate->cond);
}

void
my_test_gate_open (MyTestGate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->n_opened++;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->lock);
}

void
my_test_gate_wait (MyTestGate *gate)
{
  my_test_gate_wait_count (gate, 1);
}

/* Hundreds of threads may wait at gates, and where all are slower their looks alone would take all the time there is. */
#define GATE_LOOK_US (50 * G_TIME_SPAN_MILLISECOND)

void
my_test_gate_wait_count (MyTestGate *gate,
                         guint n_opened)
{
  MyTestPatience patience;

  my_test_patience_init (&patience);
  g_mutex_lock (&gate->lock);
  while (gate->n_opened < n_opened) {
    if (my_test_patience_is_over (&patience)) {
      g_error ("what the test waits for has not come, at a gate");
    }
    g_cond_wait_until (&gate->cond, &gate->lock, g_get_monotonic_time () + GATE_LOOK_US * MIN (my_test_timeout_factor (), 4));
  }
  g_mutex_unlock (&gate->lock);
}

gboolean
my_test_gate_is_open (MyTestGate *gate)
{
  gboolean is_open;

  g_mutex_lock (&gate->lock);
  is_open = gate->n_opened > 0;
  g_mutex_unlock (&gate->lock);
  return is_open;
}

/* what threads do */

void
my_test_block_init (MyTestBlock *block)
{
  my_test_gate_init (&block->entered);
  my_test_gate_init (&block->release);
}

void
my_test_block_clear (MyTestBlock *block)
{
  my_test_gate_clear (&block->entered);
  my_test_gate_clear (&block->release);
}

void
my_test_run_block (MyThread *thread,
                   gpointer block,
                   GError **error)
{
  MyTestBlock *self = block;

  my_test_gate_open (&self->entered);
  my_test_gate_wait (&self->release);
}

void
my_test_run_sleep (MyThread *thread,
                   gpointer block,
                   GError **error)
{
  MyTestBlock *self = block;

  if (self) {
    my_test_gate_open (&self->entered);
  }
  my_thread_sleep (-1, error);
}

void
my_test_run_nothing (MyThread *thread,
                     gpointer unused,
                     GError **error)
{
}

void
my_test_run_fail (MyThread *thread,
                  gpointer unused,
                  GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, MY_TEST_FAILURE);
}

MyThread *
my_test_start (const char *name,
               MyThreadFunc func,
               gpointer user_data)
{
  MyThread *thread = my_thread_new (name, func, user_data, NULL);
  GError *error = NULL;

  my_thread_start (thread, &error);
  g_assert_no_error (error);
  return thread;
}

MyThread *
my_test_start_block (const char *name,
                     MyTestBlock *block)
{
  MyThread *thread = my_test_start (name, my_test_run_block, block);

  my_test_gate_wait (&block->entered);
  return thread;
}

void
my_test_finish (MyThread *thread)
{
  GError *error = NULL;

  my_thread_join (thread, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (thread);
}

void
my_test_release (gpointer object)
{
  g_object_add_weak_pointer (object, &object);
  g_object_unref (object);
  my_test_iterate_until (NULL, my_test_is_null, &object);
}

static void
note_gone (gpointer is_gone,
           GObject *where_it_was)
{
  g_atomic_int_set ((gint *) is_gone, TRUE);
}

static gboolean
is_set_after_a_turn (gpointer gint_pointer)
{
  g_main_context_iteration (NULL, FALSE);
  return my_test_is_set (gint_pointer);
}

void
my_test_release_executor (gpointer executor)
{
  gint is_gone = FALSE;

  g_object_weak_ref (executor, note_gone, &is_gone);
  g_object_unref (executor);
  my_test_wait_until (is_set_after_a_turn, &is_gone);
}

/* loops */

static gpointer
loop_run (gpointer data)
{
  MyTestLoop *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

void
my_test_loop_init (MyTestLoop *self)
{
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("test-loop", loop_run, self);
}

static void
loop_quit (gpointer loop)
{
  g_main_loop_quit (loop);
}

void
my_test_loop_clear (MyTestLoop *self)
{
  my_test_loop_call (self, loop_quit, self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
}

typedef struct {
  void (*func) (gpointer data);
  gpointer data;
  MyTestGate done;
} LoopCall;

static gboolean
loop_call_dispatch (gpointer data)
{
  LoopCall *call = data;

  call->func (call->data);
  my_test_gate_open (&call->done);
  return G_SOURCE_REMOVE;
}

void
my_test_loop_call (MyTestLoop *self,
                   void (*func) (gpointer data),
                   gpointer data)
{
  LoopCall call = { .func = func, .data = data };
  GSource *source = g_idle_source_new ();

  my_test_gate_init (&call.done);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, loop_call_dispatch, &call, NULL);
  g_source_attach (source, self->context);
  my_test_gate_wait (&call.done);
  g_source_destroy (source);
  g_source_unref (source);
  my_test_gate_clear (&call.done);
}

void
my_test_run_join (MyThread *thread,
                  gpointer other,
                  GError **error)
{
  my_thread_join (other, error);
}

void
my_test_crowd_pass (MyTestCrowd *crowd)
{
  gint n = g_atomic_int_add (&crowd->n_running, 1) + 1;
  gint most = g_atomic_int_get (&crowd->n_most);

  while (n > most && !g_atomic_int_compare_and_exchange (&crowd->n_most, most, n)) {
    most = g_atomic_int_get (&crowd->n_most);
  }
  g_thread_yield ();
  g_atomic_int_add (&crowd->n_running, -1);
}

gboolean
my_test_is_apart (void)
{
  if (g_test_subprocess ()) {
    return TRUE;
  }
  g_test_trap_subprocess (NULL, MY_TEST_LONG_US, G_TEST_SUBPROCESS_DEFAULT);
  g_assert_false (g_test_trap_reached_timeout ());
  g_test_trap_assert_passed ();
  return FALSE;
}

size_t
my_test_set_default_stack_size (size_t stack_size)
{
  pthread_attr_t attributes;
  size_t before;

  g_assert_cmpint (pthread_getattr_default_np (&attributes), ==, 0);
  g_assert_cmpint (pthread_attr_getstacksize (&attributes, &before), ==, 0);
  g_assert_cmpint (pthread_attr_setstacksize (&attributes, stack_size), ==, 0);
  g_assert_cmpint (pthread_setattr_default_np (&attributes), ==, 0);
  pthread_attr_destroy (&attributes);
  return before;
}

/* What the threads that are gone held is lost on purpose, and no leak checker has to look. */
void
my_test_end_child (void)
{
  execlp ("true", "true", NULL);
  _exit (127);
}

void
my_test_join_child (pid_t child)
{
  int status = my_test_wait_for_child (child);

  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

void
my_test_in_child (void (*func) (gpointer data),
                  gpointer data)
{
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    func (data);
    my_test_end_child ();
  }
  my_test_join_child (child);
}
