/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does it cost to have one task run by a pool that has nothing else to do, and to wait for it? */

#include "bench-support.h"
#include "pause.h"
#include "submit-peers.h"

#include <stdatomic.h>

#define N_WORKERS 2
#define WARM_UP 200

static void
count_run (gpointer data)
{
  atomic_fetch_add_explicit ((atomic_uint_fast64_t *) data, 1, memory_order_relaxed);
}

/* The time of the tasks, without the idle time between them. */
static gint64
submit_and_join (const SubmitPeer *peer,
                 gpointer          pool,
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
    peer->submit_and_join (pool, count_run, &n_run);
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
  const SubmitPeer *submit_peer = peer->data;
  gboolean idle = g_str_equal (run->mode, "idle");
  gpointer pool = submit_peer->open (N_WORKERS);
  gint64 elapsed, cpu;

  submit_and_join (submit_peer, pool, run->smoke ? 1 : WARM_UP, FALSE);
  cpu = bench_cpu_time ();
  elapsed = submit_and_join (submit_peer, pool, run->count, idle);
  cpu = bench_cpu_time () - cpu;
  submit_peer->close (pool);
  bench_result_add (result, "us", elapsed / 1e3 / run->count);
  bench_result_add (result, "cpu_us", cpu / 1e3 / run->count);
}

int
main (int    argc,
      char **argv)
{
  static const char *const modes[] = { "back-to-back", "idle", NULL };
  static const BenchProgram program = { "submit-join", modes, 10000, 5, measure };

  return bench_main (&program, submit_peers, n_submit_peers, argc, argv);
}
