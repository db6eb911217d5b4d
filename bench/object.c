/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does the object alone cost, that is never started: its time, and its memory? */

#include "bench-support.h"
#include "body-thread.h"

#define N_HELD 10000

typedef GObject *(*MakeObject) (void);

static GObject *
make_gobject (void)
{
  return g_object_new (G_TYPE_OBJECT, NULL);
}

static GObject *
make_cancellable (void)
{
  return G_OBJECT (g_cancellable_new ());
}

static GObject *
make_task (void)
{
  return G_OBJECT (g_task_new (NULL, NULL, NULL, NULL));
}

static GObject *
make_subclass (void)
{
  return G_OBJECT (body_thread_new (NULL, NULL));
}

static void
do_nothing (MyThread *thread,
            gpointer user_data,
            GError **error)
{
}

static GObject *
make_named_thread (void)
{
  return G_OBJECT (my_thread_new ("bench", do_nothing, NULL, NULL));
}

static double
make_and_free (MakeObject make,
               guint64 count)
{
  gint64 begin = bench_now ();

  for (guint64 i = 0; i < count; i++) {
    g_object_unref (make ());
  }

  return (double) (bench_now () - begin) / count;
}

static double
hold (MakeObject make,
      guint64 count)
{
  GObject **objects = g_new (GObject *, count);
  gsize before = bench_heap_bytes ();
  gsize bytes;

  for (guint64 i = 0; i < count; i++) {
    objects[i] = make ();
  }
  bytes = bench_heap_bytes () - before;
  for (guint64 i = 0; i < count; i++) {
    g_assert_finalize_object (objects[i]);
  }
  g_free (objects);

  return (double) bytes / count;
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  const MakeObject *make = peer->data;

  make_and_free (*make, run->smoke ? 1 : 1000);
  bench_result_add (result, "ns", make_and_free (*make, run->count));
  bench_result_add (result, "bytes", hold (*make, run->smoke ? run->count : N_HELD));
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "new-unref", NULL };
  static const MakeObject gobject = make_gobject;
  static const MakeObject cancellable = make_cancellable;
  static const MakeObject task = make_task;
  static const MakeObject subclass = make_subclass;
  static const MakeObject named_thread = make_named_thread;
  static const BenchPeer peers[] = {
    { "GObject", &gobject },
    { "GCancellable", &cancellable },
    { "GTask", &task },
    { "mythread-subclass", &subclass },
    { "my_thread_new", &named_thread },
  };
  static const BenchProgram program = { "object", modes, 1000000, 10, measure };

  return bench_main (&program, peers, G_N_ELEMENTS (peers), argc, argv);
}
