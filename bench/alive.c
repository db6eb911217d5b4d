/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What do N threads cost that are all alive at once: in time, and in memory at the peak? */

#include "baton.h"
#include "bench-support.h"
#include "thread-peers.h"

#include <string.h>
#include <sys/resource.h>

/* Where all threads wait for one another, the same for every peer. */
typedef struct {
  guint64 count;
  atomic_uint_fast64_t n_arrived;
  atomic_uint_fast64_t n_left;
  Baton all_arrived;
  Baton gate;
} Meeting;

static gpointer
meet (gpointer data)
{
  Meeting *meeting = data;

  if (atomic_fetch_add_explicit (&meeting->n_arrived, 1, memory_order_relaxed) + 1 == meeting->count) {
    baton_set (&meeting->all_arrived, 1);
  }
  baton_wait (&meeting->gate, 1);
  atomic_fetch_add_explicit (&meeting->n_left, 1, memory_order_relaxed);

  return NULL;
}

static void
keep_alive (const ThreadPeer *peer,
            guint64 count,
            BenchResult *result)
{
  Meeting meeting = { .count = count, .all_arrived = BATON_INIT, .gate = BATON_INIT };
  gpointer *threads = g_new (gpointer, count);
  gint64 rss, cpu, begin, alive, opened, end;

  /* Touched now, so that the array is in the memory of before. */
  for (guint64 i = 0; i < count; i++) {
    threads[i] = &meeting;
  }

  rss = bench_status_kib ("VmRSS");
  cpu = bench_cpu_time ();
  begin = bench_now ();
  for (guint64 i = 0; i < count; i++) {
    threads[i] = peer->start (meet, &meeting);
  }
  baton_wait (&meeting.all_arrived, 1);
  alive = bench_now ();

  rss = bench_status_kib ("VmRSS") - rss;

  opened = bench_now ();
  baton_set (&meeting.gate, 1);
  for (guint64 i = 0; i < count; i++) {
    peer->join (threads[i]);
  }
  end = bench_now ();
  cpu = bench_cpu_time () - cpu;

  g_assert_cmpuint (atomic_load (&meeting.n_left), ==, count);
  g_free (threads);

  if (result) {
    bench_result_add (result, "us", (alive - begin + end - opened) / 1e3 / count);
    bench_result_add (result, "cpu_us", cpu / 1e3 / count);
    bench_result_add (result, "rss_kib", (double) rss / count);
  }
}

static guint64
read_limit (const char *path)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || g_str_has_prefix (text, "max")) {
    return G_MAXUINT64;
  }

  return g_ascii_strtoull (text, NULL, 10);
}

static guint64
read_cgroup_limit (void)
{
  g_autofree char *group = NULL;
  g_autofree char *path = NULL;

  if (!g_file_get_contents ("/proc/self/cgroup", &group, NULL, NULL) || !g_str_has_prefix (group, "0::")) {
    return G_MAXUINT64;
  }
  path = g_build_filename ("/sys/fs/cgroup", g_strchomp (group) + strlen ("0::"), "pids.max", NULL);

  return read_limit (path);
}

/* Which limit of the system does not allow so many threads, or NULL. */
static const char *
find_limit (guint64 count)
{
  struct rlimit processes = { RLIM_INFINITY, RLIM_INFINITY };

  getrlimit (RLIMIT_NPROC, &processes);
  if (processes.rlim_cur < count) {
    return "RLIMIT_NPROC";
  }
  if (read_limit ("/proc/sys/kernel/threads-max") < count || read_limit ("/proc/sys/kernel/pid_max") < count) {
    return "kernel.threads-max or kernel.pid_max";
  }
  /* A stack is two mappings: its pages and its guard. */
  if (read_limit ("/proc/sys/vm/max_map_count") / 2 < count) {
    return "vm.max_map_count";
  }

  return read_cgroup_limit () < count ? "pids.max of the cgroup" : NULL;
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  /* The main thread, and some for who else runs here. */
  const char *limit = find_limit (run->count + 100);

  if (limit) {
    result->skipped = g_strdup_printf ("%s allows fewer threads", limit);
    return;
  }

  /* What the first thread of a process brings with it is not the price of one more. */
  keep_alive (peer->data, 1, NULL);
  keep_alive (peer->data, run->count, result);
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "all-at-once", NULL };
  static const BenchProgram program = { "alive", modes, 1000, 20, measure };

  return bench_main (&program, thread_peers, n_thread_peers, argc, argv);
}
