/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz-executor.h"
#include "fuzz.h"
#include "my-test-support.h"

#include <pthread.h>

/* Objects, in each of their states. They are made where the call is made, and are at an end when it is over. */

/* threads */

void
fuzz_run_to_gate (MyThread *thread,
                  gpointer unused,
                  GError **error)
{
  fuzz_gate_wait (thread);
}

static void
run_to_sleep (MyThread *thread,
              gpointer unused,
              GError **error)
{
  my_thread_sleep (-1, error);
}

/* A subclass that leaves all as it is. */
#define FUZZ_TYPE_PLAIN_THREAD (fuzz_plain_thread_get_type ())
G_DECLARE_FINAL_TYPE (FuzzPlainThread, fuzz_plain_thread, FUZZ, PLAIN_THREAD, MyThread)

struct _FuzzPlainThread {
  MyThread parent_instance;
};

G_DEFINE_FINAL_TYPE (FuzzPlainThread, fuzz_plain_thread, MY_TYPE_THREAD)

static void
fuzz_plain_thread_class_init (FuzzPlainThreadClass *klass)
{
}

static void
fuzz_plain_thread_init (FuzzPlainThread *self)
{
}

/* A subclass that does what it is told. */
#define FUZZ_TYPE_THREAD (fuzz_thread_get_type ())
G_DECLARE_FINAL_TYPE (FuzzThread, fuzz_thread, FUZZ, THREAD, MyThread)

struct _FuzzThread {
  MyThread parent_instance;

  MyThreadFunc func;
  gpointer data;
};

G_DEFINE_FINAL_TYPE (FuzzThread, fuzz_thread, MY_TYPE_THREAD)

static void
fuzz_thread_run (MyThread *thread,
                 GError **error)
{
  FuzzThread *self = FUZZ_THREAD (thread);

  self->func (thread, self->data, error);
}

static void
fuzz_thread_class_init (FuzzThreadClass *klass)
{
  MY_THREAD_CLASS (klass)->run = fuzz_thread_run;
}

static void
fuzz_thread_init (FuzzThread *self)
{
}

static gboolean
has_ended (gpointer thread)
{
  return !my_thread_is_alive (thread);
}

/* Whatever it does, it is over then. */
static void
end_thread (gpointer thread)
{
  if (my_thread_get_state (thread) != MY_THREAD_STATE_NEW) {
    fuzz_gate_open ();
    my_thread_cancel (thread);
    my_test_wait_until (has_ended, thread);
  }
  g_clear_error (&(GError *){ my_thread_dup_error (thread) }); /* somebody has looked at it */
  g_object_unref (thread);
}

void
fuzz_finish_thread (MyThread *thread)
{
  if (my_thread_get_state (thread) == MY_THREAD_STATE_NEW) {
    my_thread_start (thread, NULL);
  }
  end_thread (thread);
}

MyThread *
fuzz_thread_new (MyThreadGroup *group,
                 gpointer executor,
                 MyThreadFunc func,
                 gpointer data)
{
  FuzzThread *self = g_object_new (FUZZ_TYPE_THREAD, "group", group, "executor", executor, NULL);

  self->func = func;
  self->data = data;
  return MY_THREAD (self);
}

static MyThread *
thread_new (FuzzCall *call,
            MyThreadGroup *group,
            gpointer executor,
            MyThreadFunc func,
            gpointer data)
{
  MyThread *thread = fuzz_thread_new (group, executor, func, data);

  g_ptr_array_add (call->threads, thread);
  fuzz_clean_up_later (call, end_thread, thread);
  return thread;
}

/* Waits at the gate. */
static MyThread *
thread_new_running (FuzzCall *call,
                    MyThreadGroup *group,
                    gpointer executor)
{
  MyThread *thread = thread_new (call, group, executor, fuzz_run_to_gate, NULL);

  my_thread_start (thread, NULL);
  return thread;
}

static MyThread *
thread_new_ended (FuzzCall *call,
                  MyThreadFunc func)
{
  MyThread *thread = thread_new (call, NULL, NULL, func, NULL);

  my_thread_start (thread, NULL);
  my_test_wait_until (has_ended, thread);
  return thread;
}

static MyThreadGroup *
group_new (FuzzCall *call,
           MyThreadGroup *parent)
{
  MyThreadGroup *group = my_thread_group_new ("group", parent);

  fuzz_clean_up_later (call, g_object_unref, group);
  return group;
}

static MyThreadPool *
pool_new (FuzzCall *call)
{
  MyThreadPool *pool = my_thread_pool_new ("pool", 1);

  fuzz_clean_up_later (call, g_object_unref, pool);
  return pool;
}

/* In the queue of a group, behind one that runs. */
static MyThread *
thread_new_queued (FuzzCall *call,
                   MyThreadGroup *group)
{
  my_thread_group_set_max_running (group, 1);
  thread_new_running (call, group, NULL);
  return thread_new_running (call, group, NULL);
}

static MyThread *
thread_new_queued_in_pool (FuzzCall *call,
                           MyThreadPool *pool)
{
  thread_new_running (call, NULL, pool);
  return thread_new_running (call, NULL, pool);
}

static MyExecutor *
executor_new (FuzzCall *call,
              FuzzExecutorKind kind)
{
  MyExecutor *executor = fuzz_executor_new (kind);

  fuzz_clean_up_later (call, g_object_unref, executor);
  g_ptr_array_add (call->executors, executor);
  return executor;
}

static MyThread *
thread_new_held (FuzzCall *call)
{
  return thread_new_running (call, NULL, executor_new (call, FUZZ_EXECUTOR_HOLDS));
}

/* Of an OS thread that the library has not started, and that waits at the gate too, unless it has ended. */
typedef struct {
  pthread_t id;
  MyThread *thread; /* a reference */
  gboolean ends;
  gint is_known;
} Foreign;

static void *
be_foreign (void *data)
{
  Foreign *self = data;

  self->thread = g_object_ref (my_thread_get_current ());
  g_atomic_int_set (&self->is_known, TRUE);
  if (!self->ends) {
    fuzz_gate_wait (self->thread);
  }
  return NULL;
}

static void
end_foreign (gpointer data)
{
  Foreign *self = data;

  if (!self->ends) {
    fuzz_gate_open ();
    pthread_join (self->id, NULL);
  }
  g_object_unref (self->thread);
  g_free (self);
}

static MyThread *
foreign_new (FuzzCall *call,
             gboolean ends)
{
  Foreign *self = g_new0 (Foreign, 1);

  self->ends = ends;
  g_assert_cmpint (pthread_create (&self->id, NULL, be_foreign, self), ==, 0);
  if (ends) {
    pthread_join (self->id, NULL);
  } else {
    while (!g_atomic_int_get (&self->is_known)) {
      g_usleep (20);
    }
  }
  fuzz_clean_up_later (call, end_foreign, self);
  return self->thread;
}

/* Its owner context is gone. */
static MyThread *
thread_new_in_context (FuzzCall *call)
{
  GMainContext *context = g_main_context_new ();
  MyThread *thread;

  g_main_context_push_thread_default (context);
  thread = thread_new_running (call, NULL, NULL);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  return thread;
}

MyThread *
fuzz_get_thread (FuzzCall *call)
{
  return thread_new (call, NULL, NULL, fuzz_run_to_gate, NULL);
}

MyThreadGroup *
fuzz_get_group (FuzzCall *call)
{
  return group_new (call, NULL);
}

MyThreadPool *
fuzz_get_pool (FuzzCall *call)
{
  return pool_new (call);
}

gboolean
fuzz_picks_none (FuzzCall *call,
                 guint choice,
                 gboolean nullable,
                 gpointer *object)
{
  *object = NULL;
  if (!fuzz_is_real (call)) {
    return TRUE;
  }
  switch (choice) {
  case 1:
    call->is_wrong |= !nullable;
    return TRUE;
  case 2:
    call->is_wrong = TRUE;
    *object = g_object_new (G_TYPE_OBJECT, NULL);
    fuzz_clean_up_later (call, g_object_unref, *object);
    return TRUE;
  default:
    return FALSE;
  }
}

static gpointer
disposed (gpointer object)
{
  g_object_run_dispose (object);
  return object;
}

/* What is done to it is done to all that come after it. */
static gpointer
for_ever (FuzzCall *call,
          gpointer object)
{
  call->is_last = TRUE;
  return object;
}

MyThread *
fuzz_pick_thread (FuzzCall *call,
                  const char *parameter,
                  gboolean nullable)
{
  guint choice = FUZZ_CHOOSE (call, parameter, "new", "NULL", "another object", "a subclass", "running", "queued in its group", "queued in a pool",
                              "with an executor", "succeeded", "failed", "cancelled", "ended and not joined", "disposed of", "disposed of while it runs",
                              "sleeping", "joining the caller", "of a context that is gone", "foreign", "foreign and ended", "the caller", "main");
  MyThread *thread;
  gpointer none;

  if (fuzz_picks_none (call, choice, nullable, &none)) {
    return none;
  }
  switch (choice) {
  case 0:
    return thread_new (call, NULL, NULL, fuzz_run_to_gate, NULL);
  case 3:
    thread = g_object_new (FUZZ_TYPE_PLAIN_THREAD, NULL);
    fuzz_clean_up_later (call, end_thread, thread);
    return thread;
  case 4:
    return thread_new_running (call, NULL, NULL);
  case 5:
    return thread_new_queued (call, group_new (call, NULL));
  case 6:
    return thread_new_queued_in_pool (call, pool_new (call));
  case 7:
    return thread_new_held (call);
  case 8:
    thread = thread_new_ended (call, my_test_run_nothing);
    my_thread_join (thread, NULL);
    return thread;
  case 9:
    thread = thread_new_ended (call, my_test_run_fail);
    my_thread_join (thread, NULL);
    return thread;
  case 10:
    thread = thread_new_running (call, NULL, NULL);
    my_thread_cancel (thread);
    my_test_wait_until (has_ended, thread);
    return thread;
  case 11:
    return thread_new_ended (call, my_test_run_fail);
  case 12:
    return disposed (thread_new (call, NULL, NULL, fuzz_run_to_gate, NULL));
  case 13:
    return disposed (thread_new_running (call, NULL, NULL));
  case 14:
    thread = thread_new (call, NULL, NULL, run_to_sleep, NULL);
    my_thread_start (thread, NULL);
    return thread;
  case 15:
    thread = thread_new (call, NULL, NULL, my_test_run_join, my_thread_get_current ());
    my_thread_start (thread, NULL);
    return thread;
  case 16:
    return thread_new_in_context (call);
  case 17:
    return foreign_new (call, FALSE);
  case 18:
    return foreign_new (call, TRUE);
  case 19:
    thread = my_thread_get_current ();
    return thread == my_thread_get_main () ? for_ever (call, thread) : thread;
  default:
    return for_ever (call, my_thread_get_main ());
  }
}

MyThreadGroup *
fuzz_pick_group (FuzzCall *call,
                 const char *parameter,
                 gboolean nullable)
{
  guint choice = FUZZ_CHOOSE (call, parameter, "new", "NULL", "another object", "with one that runs", "with one that is queued", "cancelled",
                              "with one that is kept", "disposed of", "inside another", "of the caller", "default");
  MyThreadGroup *group;
  MyThreadGroup *parent;
  gpointer none;

  if (fuzz_picks_none (call, choice, nullable, &none)) {
    return none;
  }
  switch (choice) {
  case 0:
    return group_new (call, NULL);
  case 3:
    group = group_new (call, NULL);
    thread_new_running (call, group, NULL);
    return group;
  case 4:
    group = group_new (call, NULL);
    thread_new_queued (call, group);
    return group;
  case 5:
    group = group_new (call, NULL);
    my_thread_group_cancel (group);
    return group;
  case 6: {
    MyThread *thread;

    group = group_new (call, NULL);
    my_thread_group_set_keep_finished (group, TRUE);
    thread = thread_new (call, group, NULL, my_test_run_fail, NULL);
    my_thread_start (thread, NULL);
    my_test_wait_until (has_ended, thread);
    return group;
  }
  case 7:
    return disposed (group_new (call, NULL));
  case 8:
    parent = my_thread_group_new ("parent", NULL);
    group = group_new (call, parent);
    my_thread_group_set_max_running (parent, 1);
    thread_new_running (call, group, NULL);
    g_object_unref (parent);
    return group;
  case 9:
    group = my_thread_get_group (my_thread_get_current ());
    if (group != NULL && group != my_thread_group_get_default ()) {
      return group;
    }
    return for_ever (call, my_thread_group_get_default ());
  default:
    return for_ever (call, my_thread_group_get_default ());
  }
}

MyThreadPool *
fuzz_pick_pool (FuzzCall *call,
                const char *parameter,
                gboolean nullable)
{
  guint choice = FUZZ_CHOOSE (call, parameter, "new", "NULL", "another object", "busy", "full", "shut down", "disposed of", "of the caller", "default");
  MyThreadPool *pool;
  gpointer none;

  if (fuzz_picks_none (call, choice, nullable, &none)) {
    return none;
  }
  switch (choice) {
  case 0:
    return pool_new (call);
  case 3:
    pool = pool_new (call);
    thread_new_queued_in_pool (call, pool);
    return pool;
  case 4:
    pool = pool_new (call);
    my_thread_pool_set_max_queued (pool, 1);
    thread_new_queued_in_pool (call, pool);
    return pool;
  case 5:
    pool = pool_new (call);
    my_thread_pool_shutdown (pool, MY_SHUTDOWN_CANCEL, NULL);
    return pool;
  case 6:
    return disposed (pool_new (call));
  case 7:
    if (fuzz_place_get_pool () != NULL) {
      return fuzz_place_get_pool ();
    }
    return for_ever (call, my_thread_pool_get_default ());
  default:
    return for_ever (call, my_thread_pool_get_default ());
  }
}

MyExecutor *
fuzz_pick_executor (FuzzCall *call,
                    const char *parameter,
                    gboolean nullable)
{
  guint choice = FUZZ_CHOOSE (call, parameter, "a pool", "NULL", "another object", "one that runs it", "one that refuses",
                              "one that refuses without an error", "one that holds it", "a pool that was shut down");
  MyThreadPool *pool;
  gpointer none;

  if (fuzz_picks_none (call, choice, nullable, &none)) {
    return none;
  }
  switch (choice) {
  case 0:
    return MY_EXECUTOR (pool_new (call));
  case 3:
    return executor_new (call, FUZZ_EXECUTOR_RUNS);
  case 4:
    return executor_new (call, FUZZ_EXECUTOR_REFUSES);
  case 5:
    return executor_new (call, FUZZ_EXECUTOR_REFUSES_SILENTLY);
  case 6:
    return executor_new (call, FUZZ_EXECUTOR_HOLDS);
  default:
    pool = pool_new (call);
    my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL);
    return MY_EXECUTOR (pool);
  }
}

/* Of a class of which nothing else is known. */
gpointer
fuzz_pick_object (FuzzCall *call,
                  const char *parameter,
                  gboolean nullable,
                  GType type)
{
  guint choice = FUZZ_CHOOSE (call, parameter, "new", "NULL", "another object", "disposed of");
  gpointer object;

  if (!fuzz_picks_none (call, choice, nullable, &object)) {
    object = g_object_new (type, NULL);
    fuzz_clean_up_later (call, g_object_unref, object);
  }
  return choice == 3 ? disposed (object) : object;
}
