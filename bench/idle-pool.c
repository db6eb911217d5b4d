/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does a pool cost that has nothing to do? */

#include "bench-support.h"
#include "pool-peers.h"
#include "work-count.h"

#include <sys/resource.h>
#include <time.h>

#define N_WORKERS 2
#define N_TASKS 1000
#define SETTLE_MS 100

typedef struct {
  gint64 cpu;      /* ns */
  gint64 switches; /* voluntary ones */
} Usage;

static Usage
usage_of (int who)
{
  struct rusage usage;

  getrusage (who, &usage);

  return (Usage){
    .cpu = who == RUSAGE_THREAD ? bench_thread_cpu_time () : bench_cpu_time (),
    .switches = usage.ru_nvcsw,
  };
}

/* Of all threads but the calling one. */
static Usage
usage_of_others (void)
{
  Usage all = usage_of (RUSAGE_SELF);
  Usage own = usage_of (RUSAGE_THREAD);

  return (Usage){ all.cpu - own.cpu, all.switches - own.switches };
}

static void
sleep_ms (guint64 ms)
{
  const struct timespec duration = { ms / 1000, ms % 1000 * 1000000 };

  clock_nanosleep (CLOCK_MONOTONIC, 0, &duration, NULL);
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  const PoolPeer *pool_peer = peer->data;
  PoolBatch batch = { work_count_add, NULL, N_TASKS, NULL };
  guint64 before = work_count_get ();
  gpointer pool = pool_peer->open (N_WORKERS);
  double seconds = run->count / 1e3;
  Usage begin, end;

  pool_peer->produce (pool, &batch);
  work_count_wait (before + N_TASKS);
  /* Its workers may look around for a while after the last task; this is about what comes after. */
  sleep_ms (run->smoke ? 1 : SETTLE_MS);

  begin = usage_of_others ();
  sleep_ms (run->count);
  end = usage_of_others ();
  pool_peer->close (pool);

  /* The two clocks are not read at the same time, so nothing may be a little less than nothing. */
  bench_result_add (result, "cpu_us", MAX (end.cpu - begin.cpu, 0) / 1e3 / seconds);
  bench_result_add (result, "switches", (end.switches - begin.switches) / seconds);
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "idle", NULL };
  static const BenchProgram program = { "idle-pool", modes, 2000, 5, measure };

  return bench_main (&program, pool_peers, n_pool_peers, argc, argv);
}
