/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "delivery-peers.h"

#include "report-executor.h"

typedef struct {
  MyExecutor *executor;
  MyThread **threads;
} State;

static void
set_up (Delivery *delivery)
{
  State *state = g_new (State, 1);

  state->executor = report_executor_new ();
  state->threads = g_new0 (MyThread *, delivery->burst);
  delivery->state = state;
}

static void
tear_down (Delivery *delivery)
{
  State *state = delivery->state;

  g_free (state->threads);
  g_object_unref (state->executor);
  g_free (state);
}

static void
start_thread (State *state,
              guint64 i)
{
  g_autoptr (GError) error = NULL;

  state->threads[i] = my_thread_new ("bench", NULL, NULL, NULL);
  my_executor_submit (state->executor, state->threads[i], &error);
  g_assert_no_error (error);
}

static void
end_thread (State *state,
            guint64 i)
{
  g_autoptr (GError) error = NULL;

  my_thread_report_end (state->threads[i], NULL, NULL);
  my_thread_join (state->threads[i], &error);
  g_assert_no_error (error);
  g_clear_object (&state->threads[i]);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE)) {
  }
}

/* Each event is a new progress of a thread that runs for the whole measurement. */

static void
handle_progress (MyThread *thread,
                 GParamSpec *pspec,
                 gpointer user_data)
{
  Delivery *delivery = user_data;

  delivery->n_handled++;
}

static void
progress_set_up (Delivery *delivery)
{
  State *state;

  set_up (delivery);
  state = delivery->state;
  for (guint64 i = 0; i < delivery->burst; i++) {
    start_thread (state, i);
    my_thread_report_begin (state->threads[i]);
    g_signal_connect (state->threads[i], "notify::progress", G_CALLBACK (handle_progress), delivery);
  }
  settle ();
}

static void
progress_post (Delivery *delivery,
               guint64 event)
{
  State *state = delivery->state;

  my_thread_set_progress (state->threads[event], delivery->round % 2 == 0 ? 0.25 : 0.75);
}

static void
progress_tear_down (Delivery *delivery)
{
  State *state = delivery->state;

  for (guint64 i = 0; i < delivery->burst; i++) {
    end_thread (state, i);
  }
  settle ();
  tear_down (delivery);
}

const DeliveryPeer delivery_progress = {
  .set_up = progress_set_up,
  .post = progress_post,
  .tear_down = progress_tear_down,
};

/* Each event is the begin of another thread. */

static void
handle_started (MyThread *thread,
                gpointer user_data)
{
  Delivery *delivery = user_data;

  delivery->n_handled++;
}

static void
started_before_round (Delivery *delivery)
{
  State *state = delivery->state;

  for (guint64 i = 0; i < delivery->burst; i++) {
    start_thread (state, i);
    g_signal_connect (state->threads[i], "started", G_CALLBACK (handle_started), delivery);
  }
  settle ();
}

static void
started_post (Delivery *delivery,
              guint64 event)
{
  State *state = delivery->state;

  my_thread_report_begin (state->threads[event]);
}

static void
started_after_round (Delivery *delivery)
{
  State *state = delivery->state;

  for (guint64 i = 0; i < delivery->burst; i++) {
    end_thread (state, i);
  }
  settle ();
}

const DeliveryPeer delivery_started = {
  .set_up = set_up,
  .before_round = started_before_round,
  .post = started_post,
  .after_round = started_after_round,
  .tear_down = tear_down,
};
