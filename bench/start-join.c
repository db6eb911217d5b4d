/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does a thread cost that has nothing to do: made, started, joined and freed, one after the other? */

#include "bench-support.h"
#include "pause.h"
#include "thread-peers.h"

#include <stdatomic.h>

static gpointer
count_body (gpointer data)
{
  atomic_fetch_add_explicit ((atomic_uint_fast64_t *) data, 1, memory_order_relaxed);

  return NULL;
}

/* The time of the starts and joins, without the idle time between them. */
static gint64
start_and_join (const ThreadPeer *peer,
                guint64           count,
                gboolean          idle)
{
  atomic_uint_fast64_t n_run = 0;
  gint64 elapsed = 0;
  gint64 begin = bench_now ();

  for (guint64 i = 0; i < count; i++) {
    if (idle) {
      pause_idle ();
      begin = bench_now ();
    }
    peer->join (peer->start (count_body, &n_run));
    if (idle) {
      elapsed += bench_now () - begin;
    }
  }
  if (!idle) {
    elapsed = bench_now () - begin;
  }

  g_assert_cmpuint (atomic_load (&n_run), ==, count);

  return elapsed;
}

static void
measure (const BenchPeer *peer,
         const BenchRun  *run,
         BenchResult     *result)
{
  const ThreadPeer *thread_peer = peer->data;
  gboolean idle = g_str_equal (run->mode, "idle");
  gint64 elapsed, cpu;

  start_and_join (thread_peer, run->smoke ? 1 : 200, FALSE);
  cpu = bench_cpu_time ();
  elapsed = start_and_join (thread_peer, run->count, idle);
  cpu = bench_cpu_time () - cpu;
  bench_result_add (result, "us", elapsed / 1e3 / run->count);
  bench_result_add (result, "cpu_us", cpu / 1e3 / run->count);
}

int
main (int    argc,
      char **argv)
{
  static const char *const modes[] = { "back-to-back", "idle", NULL };
  static const BenchProgram program = { "start-join", modes, 4000, 5, measure };

  return bench_main (&program, thread_peers, n_thread_peers, argc, argv);
}
