/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does a thread cost that is made, started, run, told of in the main loop and let go, with many in flight? The OS thread costs
 * nothing, since the main thread runs in one go all that was started. */

#include "bench-support.h"
#include "report-executor.h"

static guint64 n_run;
static guint64 n_heard;
static guint64 n_finalized;

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
                  GError **error)
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
} Way;

static void
count_heard (MyThread *thread,
             gpointer user_data)
{
  n_heard++;
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  const Way *way = peer->data;
  MyExecutor *executor = report_executor_new ();
  guint64 count = run->count;
  MyThread **threads = g_new0 (MyThread *, count);
  GType type = way->get_type ();
  gboolean is_heard = way->connects || way->get_type == hearing_thread_get_type;
  gsize before;
  gsize bytes;
  gint64 begin;
  gint64 end;

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
  for (guint64 i = 0; i < count; i++) {
    my_executor_submit (executor, threads[i], NULL);
    g_object_unref (threads[i]);
  }
  bytes = bench_heap_bytes () - before;
  for (guint64 i = 0; i < count; i++) {
    my_thread_execute (threads[i]);
  }
  while (n_finalized < count) {
    g_main_context_iteration (NULL, TRUE);
  }
  end = bench_now ();

  g_assert_cmpuint (n_run, ==, count);
  g_assert_cmpuint (n_heard, ==, is_heard ? count : 0);
  g_assert_cmpuint (n_finalized, ==, count);

  bench_result_add (result, "ns", (double) (end - begin) / count);
  bench_result_add (result, "bytes", (double) bytes / count);

  g_free (threads);
  g_object_unref (executor);
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "batch", NULL };
  static const Way unheard = { count_thread_get_type, FALSE };
  static const Way overridden = { hearing_thread_get_type, FALSE };
  static const Way connected = { count_thread_get_type, TRUE };
  static const BenchPeer peers[] = {
    { "mythread-unheard", &unheard },
    { "mythread-overridden", &overridden },
    { "mythread-connected", &connected },
  };
  static const BenchProgram program = { "in-flight", modes, 100000, 10, measure };

  return bench_main (&program, peers, G_N_ELEMENTS (peers), argc, argv);
}
