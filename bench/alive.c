/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What do N threads cost that are all alive at once: in time, and in memory at the peak? */

#include "bench-support.h"
#include "thread-limit.h"
#include "thread-peers.h"

#include <pthread.h>

/* Where all threads wait for one another, the same for every peer. */
typedef struct {
  pthread_mutex_t mutex;
  pthread_cond_t all_arrived;
  pthread_cond_t opened;
  guint64 n_awaited; /* [mutex] */
  guint64 n_left;    /* [mutex] */
  gboolean open;     /* [mutex] */
} Gate;

static gpointer
gate_body (gpointer data)
{
  Gate *gate = data;

  pthread_mutex_lock (&gate->mutex);
  if (--gate->n_awaited == 0) {
    pthread_cond_signal (&gate->all_arrived);
  }
  while (!gate->open) {
    pthread_cond_wait (&gate->opened, &gate->mutex);
  }
  gate->n_left++;
  pthread_mutex_unlock (&gate->mutex);

  return NULL;
}

static void
gate_wait_for_all (Gate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  while (gate->n_awaited > 0) {
    pthread_cond_wait (&gate->all_arrived, &gate->mutex);
  }
  pthread_mutex_unlock (&gate->mutex);
}

static void
gate_open (Gate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  gate->open = TRUE;
  pthread_cond_broadcast (&gate->opened);
  pthread_mutex_unlock (&gate->mutex);
}

static void
keep_alive (const ThreadPeer *peer,
            guint64           count,
            BenchResult      *result)
{
  Gate gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER, count, 0, FALSE };
  gpointer *threads = g_new (gpointer, count);
  gint64 rss, page_tables, cpu, begin, started, alive, opened, end;

  /* Touched now, so that the array is in the memory of before. */
  for (guint64 i = 0; i < count; i++) {
    threads[i] = &gate;
  }

  rss = bench_status_kib ("VmRSS");
  page_tables = bench_status_kib ("VmPTE");
  cpu = bench_cpu_time ();
  begin = bench_now ();
  for (guint64 i = 0; i < count; i++) {
    threads[i] = peer->start (gate_body, &gate);
  }
  started = bench_now ();
  gate_wait_for_all (&gate);
  alive = bench_now ();

  rss = bench_status_kib ("VmRSS") - rss;
  page_tables = bench_status_kib ("VmPTE") - page_tables;

  opened = bench_now ();
  gate_open (&gate);
  for (guint64 i = 0; i < count; i++) {
    peer->join (threads[i]);
  }
  end = bench_now ();
  cpu = bench_cpu_time () - cpu;

  g_assert_cmpuint (gate.n_left, ==, count);
  g_free (threads);

  if (result) {
    bench_result_add (result, "us", (alive - begin + end - opened) / 1e3 / count);
    bench_result_add (result, "cpu_us", cpu / 1e3 / count);
    bench_result_add (result, "start_us", (started - begin) / 1e3 / count);
    bench_result_add (result, "join_us", (end - opened) / 1e3 / count);
    bench_result_add (result, "rss_kib", (double) rss / count);
    bench_result_add (result, "page_tables_kib", (double) page_tables / count);
  }
}

static void
measure (const BenchPeer *peer,
         const BenchRun  *run,
         BenchResult     *result)
{
  g_autofree char *reason = NULL;
  guint64 limit = thread_limit (&reason);

  /* The main thread, and some for who else runs here. */
  if (run->count + 100 > limit) {
    result->skipped = g_steal_pointer (&reason);
    return;
  }

  /* What the first thread of a process brings with it is not the price of one more. */
  keep_alive (peer->data, 1, NULL);
  keep_alive (peer->data, run->count, result);
}

int
main (int    argc,
      char **argv)
{
  static const char *const modes[] = { "all-at-once", NULL };
  static const BenchProgram program = { "alive", modes, 1000, 20, measure };

  return bench_main (&program, thread_peers, n_thread_peers, argc, argv);
}
