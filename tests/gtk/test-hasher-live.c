/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

/* The window stays live: while 8 threads hash large files, the main loop is never
 * blocked for longer than 50 ms.
 *
 * A turn of the loop is what it does from the return of one poll() to the call of
 * the next. The clock tells how long one takes, but not whose fault that is: on a
 * machine with less processors than threads, that does other things besides, the main
 * thread is also late because it has no processor, or because the X server has none to
 * draw with. No program can do anything about that, so it is measured and taken off:
 *
 *   gap      between two calls of a source that wants to be called each 5 ms: all of it
 *   turn     the longest turn, by the clock: all but the wait for the first processor
 *   blocked  the longest turn without the time for which the thread could have run and
 *            had no processor (the kernel keeps account of it), and without the time
 *            that it waited for the X server (it does so in poll(), which is ours here)
 *   cpu      the processor's time of the turn that took most of it
 *
 * What is left in `blocked` is what the program does to itself: work in the main
 * thread, a wait for a lock or a worker, for the disk.
 */

#define N_THREADS 8
#define N_ROUNDS 3
#define ROUND_US (1500 * 1000)
#define LIMIT_US 50000
#define PERIOD_MS 5

typedef struct {
  GThread *thread;
  GPollFunc poll;
  gint64 turn_began;
  gint64 cpu_began;
  gint64 delay_began;
  int schedstat;
  gboolean is_in_turn;
  gint64 display; /* waited for in this turn */
  gint64 display_delay;
  gint64 last_call;

  guint n_calls;
  gint64 gap;
  gint64 turn;
  gint64 blocked;
  gint64 longest_display;
  gint64 cpu;
} Meter;

static Meter meter;

static gint64
get_cpu_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* How long the main thread could have run, and had no processor: the kernel's own account, the second figure of its
 * schedstat. Where the kernel keeps none it is 0. */
static gint64
get_delay (void)
{
  char text[128];
  gssize n = pread (meter.schedstat, text, sizeof text - 1, 0);
  char *end;

  if (n <= 0)
    return 0;
  text[n] = '\0';
  g_ascii_strtoull (text, &end, 10);
  return (gint64) (g_ascii_strtoull (end, NULL, 10) / 1000);
}

/* In the place of the C library's: what libxcb waits with for a reply. */
int
poll (struct pollfd *fds,
      nfds_t         n_fds,
      int            timeout_ms)
{
  struct timespec timeout = { timeout_ms / 1000, timeout_ms % 1000 * 1000000 };
  gboolean is_for_display = meter.is_in_turn && g_thread_self () == meter.thread;
  gint64 began = is_for_display ? g_get_monotonic_time () : 0;
  gint64 delay_began = is_for_display ? get_delay () : 0;
  int n_ready = ppoll (fds, n_fds, timeout_ms < 0 ? NULL : &timeout, NULL);

  if (is_for_display) {
    int saved_errno = errno;

    meter.display += g_get_monotonic_time () - began;
    meter.display_delay += get_delay () - delay_began;
    errno = saved_errno;
  }
  return n_ready;
}

static int
metering_poll (GPollFD *fds,
               guint    n_fds,
               int      timeout_ms)
{
  int n_ready;

  if (meter.turn_began != 0) {
    gint64 turn = g_get_monotonic_time () - meter.turn_began;
    gint64 cpu = get_cpu_time () - meter.cpu_began;

    meter.turn = MAX (meter.turn, turn);
    meter.cpu = MAX (meter.cpu, cpu);
    meter.blocked = MAX (meter.blocked, turn - meter.display - (get_delay () - meter.delay_began - meter.display_delay));
    meter.longest_display = MAX (meter.longest_display, meter.display);
  }
  meter.is_in_turn = FALSE;
  n_ready = meter.poll (fds, n_fds, timeout_ms);
  meter.is_in_turn = TRUE;
  meter.display = 0;
  meter.display_delay = 0;
  meter.turn_began = g_get_monotonic_time ();
  meter.cpu_began = get_cpu_time ();
  meter.delay_began = get_delay ();
  return n_ready;
}

static gboolean
on_period (gpointer unused)
{
  gint64 now = g_get_monotonic_time ();

  if (meter.last_call != 0)
    meter.gap = MAX (meter.gap, now - meter.last_call - PERIOD_MS * 1000);
  meter.last_call = now;
  meter.n_calls++;
  return G_SOURCE_CONTINUE;
}

static void
meter_start (void)
{
  meter = (Meter){
    .thread = g_thread_self (),
    .poll = g_main_context_get_poll_func (NULL),
    .schedstat = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC),
  };
  g_main_context_set_poll_func (NULL, metering_poll);
}

static void
meter_stop (void)
{
  meter.is_in_turn = FALSE;
  g_main_context_set_poll_func (NULL, meter.poll);
  if (meter.schedstat >= 0)
    close (meter.schedstat);
}

static void
iterate_for (gint64 duration_us)
{
  gint64 end = g_get_monotonic_time () + duration_us;
  guint source = g_timeout_add_full (G_PRIORITY_DEFAULT, PERIOD_MS, on_period, NULL, NULL);

  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
  /* The last turn is over when the next one polls. */
  g_main_context_iteration (NULL, FALSE);
}

static gboolean
on_block (gpointer is_over)
{
  g_usleep (2 * LIMIT_US);
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
on_work (gpointer is_over)
{
  gint64 end = get_cpu_time () + 2 * LIMIT_US;

  while (get_cpu_time () < end) {
  }
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

/* It measures what it is meant to. */
static void
test_meter (HasherTest   *test,
            gconstpointer unused)
{
  gboolean is_over = FALSE;

  meter_start ();
  g_timeout_add (50, on_block, &is_over);
  while (!is_over)
    iterate_for (100 * 1000);
  iterate_for (50 * 1000);
  meter_stop ();
  g_assert_cmpint (meter.gap, >, LIMIT_US);
  g_assert_cmpint (meter.blocked, >, LIMIT_US);
  g_assert_cmpint (meter.cpu, <, LIMIT_US);

  meter_start ();
  is_over = FALSE;
  g_timeout_add (50, on_work, &is_over);
  while (!is_over)
    iterate_for (100 * 1000);
  iterate_for (50 * 1000);
  meter_stop ();
  g_assert_cmpint (meter.blocked, >, LIMIT_US);
  g_assert_cmpint (meter.cpu, >, LIMIT_US);
}

static gboolean
has_all_rows (HasherTest *test)
{
  g_autoptr (GPtrArray) threads = my_thread_group_enumerate (test->group);
  guint n_running = 0;

  for (guint i = 0; i < threads->len; i++)
    n_running += my_thread_get_progress (threads->pdata[i]) > 0;
  return n_running == N_THREADS;
}

static void
report (const char *what)
{
  g_test_message ("%s: gap %.1f ms, turn %.1f ms (the display %.1f ms), blocked %.1f ms, cpu %.1f ms; %u calls", what,
                  (double) meter.gap / 1e3, (double) meter.turn / 1e3, (double) meter.longest_display / 1e3,
                  (double) meter.blocked / 1e3, (double) meter.cpu / 1e3, meter.n_calls);
}

static void
test_large_files (HasherTest   *test,
                  gconstpointer unused)
{
  my_thread_group_set_max_running (test->group, N_THREADS);
  hasher_test_drop_endless (test, N_THREADS);
  hasher_test_wait (test, has_all_rows);
  hasher_test_draw (test);

  for (guint i = 0; i < N_ROUNDS; i++) {
    meter_start ();
    iterate_for (ROUND_US);
    meter_stop ();
    report ("8 large files");
    g_assert_cmpuint (meter.n_calls, >, 0);
    g_assert_cmpint (meter.blocked, <=, LIMIT_US);
  }
  g_assert_true (has_all_rows (test));
}

/* Rows come and go, and results with them. Here `blocked` is reported only: threads
 * begin and end all the time, at a lower priority than the main one, and on a machine
 * with more to do than processors the main thread may have to wait for a lock (ours,
 * the allocator's, the kernel's for the address space) that one holds which has lost
 * its processor. */
static void
test_small_files (HasherTest   *test,
                  gconstpointer unused)
{
  GListModel *results = hasher_job_get_results (hasher_window_get_job (test->window));

  for (guint i = 0; i < 2000; i++) {
    g_autofree char *name = g_strdup_printf ("%04u", i);
    g_autofree char *path = hasher_test_write (test, name, name);
  }
  my_thread_group_set_max_running (test->group, N_THREADS);
  hasher_test_drop (test, test->dir, NULL);
  meter_start ();
  while (g_list_model_get_n_items (results) < 2000)
    iterate_for (50 * 1000);
  meter_stop ();
  report ("2000 small files");
  g_assert_cmpint (meter.cpu, <=, LIMIT_US);
}

/* From the click to the window's end. */
static void
test_closing (HasherTest   *test,
              gconstpointer unused)
{
  my_thread_group_set_max_running (test->group, N_THREADS);
  hasher_test_drop_endless (test, N_THREADS);
  hasher_test_wait (test, has_all_rows);
  hasher_test_draw (test);

  meter_start ();
  gtk_window_close (GTK_WINDOW (test->window));
  hasher_test_wait (test, hasher_test_is_closed);
  meter_stop ();
  report ("closing");
  g_assert_cmpint (meter.blocked, <=, LIMIT_US);
}

int
main (int   argc,
      char *argv[])
{
  hasher_test_init (&argc, &argv);

  hasher_test_add ("/hasher/live/meter", test_meter);
  hasher_test_add ("/hasher/live/large-files", test_large_files);
  hasher_test_add ("/hasher/live/small-files", test_small_files);
  hasher_test_add ("/hasher/live/closing", test_closing);

  return g_test_run ();
}
