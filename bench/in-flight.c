/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does a thread cost that is made, started, run, told of in the main loop and let go, with many in flight? Where the OS thread
 * costs nothing, since all that was started is run in one go, by the main thread or another one; and on the pool. */

#include <gio/gio.h>
#include <mythread.h>

#include "bench-support.h"

static guint64 n_run;
static guint64 n_heard;
static guint64 n_finalized;

/* an executor that keeps what it gets until it is told to run it */

#define BATCH_TYPE_EXECUTOR (batch_executor_get_type ())
G_DECLARE_FINAL_TYPE (BatchExecutor, batch_executor, BATCH, EXECUTOR, GObject)

struct _BatchExecutor {
  GObject parent_instance;

  MyThread **threads;
  guint64 n_threads;
};

static gboolean
batch_executor_execute (MyExecutor *executor,
                        MyThread   *thread,
                        GError    **error)
{
  BatchExecutor *self = BATCH_EXECUTOR (executor);

  self->threads[self->n_threads++] = thread;
  return TRUE;
}

static void
batch_executor_init_interface (MyExecutorInterface *iface)
{
  iface->execute = batch_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (BatchExecutor,
                               batch_executor,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, batch_executor_init_interface))

static void
batch_executor_finalize (GObject *object)
{
  g_free (BATCH_EXECUTOR (object)->threads);
  G_OBJECT_CLASS (batch_executor_parent_class)->finalize (object);
}

static void
batch_executor_class_init (BatchExecutorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = batch_executor_finalize;
}

static void
batch_executor_init (BatchExecutor *self)
{
}

static gpointer
batch_executor_run (gpointer data)
{
  BatchExecutor *self = data;

  for (guint64 i = 0; i < self->n_threads; i++) {
    my_thread_execute (self->threads[i]);
  }
  return NULL;
}

/* a thread that counts; and one that hears of its own end */

typedef struct {
  MyThread parent_instance;

  gboolean has_run;
} CountThread;
typedef MyThreadClass CountThreadClass;

static GType count_thread_get_type (void);
G_DEFINE_TYPE (CountThread, count_thread, MY_TYPE_THREAD)

static void
count_thread_run (MyThread *thread,
                  GError  **error)
{
  ((CountThread *) thread)->has_run = TRUE;
}

static void
count_thread_finalize (GObject *object)
{
  n_run += ((CountThread *) object)->has_run;
  n_finalized++;
  G_OBJECT_CLASS (count_thread_parent_class)->finalize (object);
}

static void
count_thread_class_init (CountThreadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = count_thread_finalize;
  klass->run = count_thread_run;
}

static void
count_thread_init (CountThread *self)
{
}

typedef CountThread HearingThread;
typedef MyThreadClass HearingThreadClass;

static GType hearing_thread_get_type (void);
G_DEFINE_TYPE (HearingThread, hearing_thread, count_thread_get_type ())

static void
hearing_thread_finished (MyThread *thread)
{
  n_heard++;
}

static void
hearing_thread_class_init (HearingThreadClass *klass)
{
  klass->finished = hearing_thread_finished;
}

static void
hearing_thread_init (HearingThread *self)
{
}

typedef struct {
  GType (*get_type) (void);
  gboolean connects;
  gboolean holds; /* a reference, until the thread has ended */
} Way;

static void
count_heard (MyThread *thread,
             gpointer  user_data)
{
  n_heard++;
}

static void
measure_mythread (const Way      *way,
                  const BenchRun *run,
                  BenchResult    *result)
{
  BatchExecutor *batch = g_object_new (BATCH_TYPE_EXECUTOR, NULL);
  gboolean is_batch = g_str_equal (run->mode, "batch");
  gboolean is_pool = g_str_equal (run->mode, "pool");
  MyExecutor *executor = is_pool ? MY_EXECUTOR (my_thread_pool_new (NULL, 0)) : g_object_ref (MY_EXECUTOR (batch));
  guint64 count = run->count;
  MyThread **threads = g_new0 (MyThread *, count);
  GType type = way->get_type ();
  GThread *worker = NULL;
  guint64 n_expected = way->connects || way->get_type == hearing_thread_get_type ? count : 0;
  gsize before;
  gsize bytes;
  gint64 begin;
  gint64 made;
  gint64 started;
  gint64 ran;
  gint64 end;

  batch->threads = g_new0 (MyThread *, count);
  /* The types, the inbox and the default group. */
  g_object_unref (g_object_new (type, NULL));
  n_run = 0;
  n_heard = 0;
  n_finalized = 0;

  before = bench_heap_bytes ();
  begin = bench_now ();
  for (guint64 i = 0; i < count; i++) {
    threads[i] = g_object_new (type, NULL);
    if (way->connects) {
      g_signal_connect (threads[i], "finished", G_CALLBACK (count_heard), NULL);
    }
  }
  made = bench_now ();
  for (guint64 i = 0; i < count; i++) {
    my_executor_submit (executor, threads[i], NULL);
    if (!way->holds) {
      g_object_unref (threads[i]);
    }
  }
  started = bench_now ();
  bytes = bench_heap_bytes () - before;
  if (is_batch) {
    batch_executor_run (batch);
  } else if (!is_pool) {
    worker = g_thread_new ("worker", batch_executor_run, batch);
  }
  ran = is_batch ? bench_now () : started;
  while ((way->holds ? n_heard : n_finalized) < count) {
    g_main_context_iteration (NULL, TRUE);
  }
  if (way->holds) {
    for (guint64 i = 0; i < count; i++) {
      g_object_unref (threads[i]);
    }
  }
  end = bench_now ();

  g_clear_pointer (&worker, g_thread_join);
  g_assert_cmpuint (n_run, ==, count);
  g_assert_cmpuint (n_heard, ==, n_expected);
  g_assert_cmpuint (n_finalized, ==, count);

  bench_result_add (result, "ns", (double) (end - begin) / count);
  bench_result_add (result, "ns-new", (double) (made - begin) / count);
  bench_result_add (result, "ns-start", (double) (started - made) / count);
  if (is_batch) {
    bench_result_add (result, "ns-run", (double) (ran - started) / count);
  }
  bench_result_add (result, "ns-deliver", (double) (end - ran) / count);
  bench_result_add (result, "bytes", (double) bytes / count);

  g_free (threads);
  g_object_unref (executor);
  g_object_unref (batch);
}

/* the peer */

static void
run_task (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  g_task_return_boolean (task, TRUE);
}

static void
task_done (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  n_heard++;
}

static void
measure_task (const BenchRun *run,
              BenchResult    *result)
{
  guint64 count = run->count;
  gint64 begin = bench_now ();

  if (!g_str_equal (run->mode, "pool")) {
    result->skipped = g_strdup ("it has its own pool");
    return;
  }

  n_heard = 0;
  for (guint64 i = 0; i < count; i++) {
    GTask *task = g_task_new (NULL, NULL, task_done, NULL);

    g_task_run_in_thread (task, run_task);
    g_object_unref (task);
  }
  while (n_heard < count) {
    g_main_context_iteration (NULL, TRUE);
  }
  bench_result_add (result, "ns", (double) (bench_now () - begin) / count);
}

static void
measure (const BenchPeer *peer,
         const BenchRun  *run,
         BenchResult     *result)
{
  if (peer->data == NULL) {
    measure_task (run, result);
  } else {
    measure_mythread (peer->data, run, result);
  }
}

int
main (int    argc,
      char **argv)
{
  static const char *const modes[] = { "batch", "worker", "pool", NULL };
  static const Way unheard = { count_thread_get_type, FALSE, FALSE };
  static const Way overridden = { hearing_thread_get_type, FALSE, FALSE };
  static const Way connected = { count_thread_get_type, TRUE, FALSE };
  static const Way held = { hearing_thread_get_type, FALSE, TRUE };
  static const BenchPeer peers[] = {
    { "GTask", NULL },
    { "mythread-unheard", &unheard },
    { "mythread-overridden", &overridden },
    { "mythread-connected", &connected },
    { "mythread-held", &held },
  };
  static const BenchProgram program = { "in-flight", modes, 100000, 10, measure };

  return bench_main (&program, peers, G_N_ELEMENTS (peers), argc, argv);
}
