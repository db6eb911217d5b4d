/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "turn-meter.h"

#include "bench-support.h"

#include <errno.h>
#include <poll.h>

typedef struct {
  gint64 wall;
  gint64 cpu;
} Instant;

typedef struct {
  GThread *thread;
  GPollFunc poll;
  GdkFrameClock *clock;
  gulong handlers[4];

  GArray *turns; /* of gint64: by the clock, without the drawing */
  gint64 longest_cpu;
  gint64 longest_drawn;

  gboolean is_in_turn;
  Instant begin;
  gint64 display; /* waited for in this turn, but not while it drew */
  gboolean draws;
  Instant draw_begin;
  Instant drawing; /* in this turn */
} TurnMeter;

static TurnMeter meter;

static Instant
now (void)
{
  return (Instant){ bench_now (), bench_thread_cpu_time () };
}

/* In the place of the C library's: it is what Xlib waits with for a reply of the display server, which on a busy machine
 * may have no processor to draw with. No application can do anything about that. */
int
poll (struct pollfd *fds,
      nfds_t n_fds,
      int timeout_ms)
{
  struct timespec timeout = { timeout_ms / 1000, (long) (timeout_ms % 1000) * 1000000 };
  gboolean is_for_display = meter.is_in_turn && !meter.draws && g_thread_self () == meter.thread;
  gint64 begin = is_for_display ? bench_now () : 0;
  int n_ready = ppoll (fds, n_fds, timeout_ms < 0 ? NULL : &timeout, NULL);

  if (is_for_display) {
    int saved_errno = errno;

    meter.display += bench_now () - begin;
    errno = saved_errno;
  }

  return n_ready;
}

/* The last handler of each phase of a frame before the one in which it is drawn. */
static void
on_before_drawing (void)
{
  meter.draw_begin = now ();
  meter.draws = TRUE;
}

static void
on_before_layout (void)
{
  meter.draws = FALSE;
}

static void
on_drawn (void)
{
  Instant end = now ();

  if (meter.draws) {
    meter.drawing.wall += end.wall - meter.draw_begin.wall;
    meter.drawing.cpu += end.cpu - meter.draw_begin.cpu;
  }
  meter.draws = FALSE;
}

static void
begin_turn (void)
{
  meter.is_in_turn = TRUE;
  meter.draws = FALSE;
  meter.display = 0;
  meter.drawing = (Instant){ 0 };
  meter.begin = now ();
}

static void
end_turn (void)
{
  Instant end = now ();
  gint64 drawn = end.wall - meter.begin.wall - meter.display;
  gint64 turn = drawn - meter.drawing.wall;

  meter.is_in_turn = FALSE;
  meter.longest_drawn = MAX (meter.longest_drawn, drawn);
  meter.longest_cpu = MAX (meter.longest_cpu, end.cpu - meter.begin.cpu - meter.drawing.cpu);
  g_array_append_val (meter.turns, turn);
}

static int
metering_poll (GPollFD *fds,
               guint n_fds,
               int timeout_ms)
{
  int n_ready;

  end_turn ();
  n_ready = meter.poll (fds, n_fds, timeout_ms);
  begin_turn ();

  return n_ready;
}

void
turn_meter_start (GdkFrameClock *clock)
{
  meter = (TurnMeter){
    .thread = g_thread_self (),
    .poll = g_main_context_get_poll_func (NULL),
    .clock = g_object_ref (clock),
    .turns = g_array_new (FALSE, FALSE, sizeof (gint64)),
  };
  meter.handlers[0] = g_signal_connect_after (clock, "update", on_before_drawing, NULL);
  meter.handlers[1] = g_signal_connect (clock, "layout", on_before_layout, NULL);
  meter.handlers[2] = g_signal_connect_after (clock, "layout", on_before_drawing, NULL);
  meter.handlers[3] = g_signal_connect_after (clock, "paint", on_drawn, NULL);
  g_main_context_set_poll_func (NULL, metering_poll);
  begin_turn ();
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const gint64 *turn_a = a;
  const gint64 *turn_b = b;

  return (*turn_a > *turn_b) - (*turn_a < *turn_b);
}

TurnFigures
turn_meter_stop (void)
{
  TurnFigures figures = { 0 };
  guint middle;

  end_turn ();
  g_main_context_set_poll_func (NULL, meter.poll);
  /* The clock of a window that was closed has been disposed of, with its handlers. */
  for (guint i = 0; i < G_N_ELEMENTS (meter.handlers); i++)
    if (g_signal_handler_is_connected (meter.clock, meter.handlers[i]))
      g_signal_handler_disconnect (meter.clock, meter.handlers[i]);
  g_object_unref (meter.clock);

  g_array_sort (meter.turns, compare);
  middle = meter.turns->len / 2;
  figures.n_turns = meter.turns->len;
  figures.median_ms = (double) g_array_index (meter.turns, gint64, middle) / 1e6;
  figures.longest_ms = (double) g_array_index (meter.turns, gint64, meter.turns->len - 1) / 1e6;
  figures.longest_cpu_ms = (double) meter.longest_cpu / 1e6;
  figures.longest_drawn_ms = (double) meter.longest_drawn / 1e6;
  g_array_unref (meter.turns);

  return figures;
}
