/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does it cost a worker to tell its progress a million times, and how often does the main loop hear of it? */

#include "baton.h"
#include "bench-support.h"
#include "progress-peers.h"

typedef struct {
  const ProgressPeer *peer;
  Progress progress;
  guint64 count;
  Baton go;
  Baton done;
  gint64 begin;   /* [done] */
  gint64 elapsed; /* [done] */
  gint64 cpu;     /* [done] */
} Worker;

static gpointer
worker_run (gpointer data)
{
  Worker *self = data;

  baton_wait (&self->go, 1);
  self->cpu = -bench_thread_cpu_time ();
  self->begin = bench_now ();
  for (guint64 i = 1; i <= self->count; i++) {
    self->peer->update (&self->progress, (double) i / self->count);
  }
  self->elapsed = bench_now () - self->begin;
  self->cpu += bench_thread_cpu_time ();
  baton_set (&self->done, 1);

  return NULL;
}

static void
tell (const ProgressPeer *peer,
      guint64 count,
      gboolean blocked,
      BenchResult *result)
{
  Worker worker = {
    .peer = peer,
    .count = count,
    .go = BATON_INIT,
    .done = BATON_INIT,
  };
  gint64 end;

  peer->start (&worker.progress, worker_run, &worker);
  baton_set (&worker.go, 1);
  if (blocked) {
    baton_wait (&worker.done, 1);
  }
  while (worker.progress.seen < 1.0) {
    g_main_context_iteration (NULL, TRUE);
  }
  end = bench_now ();
  peer->finish (&worker.progress);

  g_assert_cmpuint (worker.progress.n_calls, >=, 1);
  g_assert_cmpuint (worker.progress.n_calls, <=, count);

  if (result) {
    bench_result_add (result, "ns", (double) worker.elapsed / count);
    bench_result_add (result, "cpu_ns", (double) worker.cpu / count);
    bench_result_add (result, "until_seen_ns", (double) (end - worker.begin) / count);
    bench_result_add (result, "handler_calls", worker.progress.n_calls);
  }
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  gboolean blocked = g_str_equal (run->mode, "loop-blocked");

  if (!run->smoke) {
    tell (peer->data, 1000, blocked, NULL);
  }
  tell (peer->data, run->count, blocked, result);
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "loop-runs", "loop-blocked", NULL };
  static const BenchPeer peers[] = {
    { "floor", &progress_floor },
    { "mythread", &progress_mythread },
    { "g_idle_add", &progress_idle },
  };
  static const BenchProgram program = { "progress", modes, 1000000, 50, measure };

  return bench_main (&program, peers, G_N_ELEMENTS (peers), argc, argv);
}
