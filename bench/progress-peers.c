/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "progress-peers.h"

#include "body-thread.h"
#include "floor-source.h"

static void
see (Progress *progress,
     double fraction)
{
  progress->seen = fraction;
  progress->n_calls++;
}

/* MyThread: the worker is a thread of the library, the handler one of its notify::progress. */

static void
handle_notify (MyThread *thread,
               GParamSpec *pspec,
               gpointer user_data)
{
  see (user_data, my_thread_get_progress (thread));
}

static void
mythread_start (Progress *progress,
                GThreadFunc body,
                gpointer data)
{
  MyThread *thread = MY_THREAD (body_thread_new (body, data));
  g_autoptr (GError) error = NULL;

  progress->state = thread;
  g_signal_connect (thread, "notify::progress", G_CALLBACK (handle_notify), progress);
  my_thread_start (thread, &error);
  g_assert_no_error (error);
}

static void
mythread_update (Progress *progress,
                 double fraction)
{
  my_thread_set_progress (progress->state, fraction);
}

static void
mythread_finish (Progress *progress)
{
  g_autoptr (GError) error = NULL;

  my_thread_join (progress->state, &error);
  g_assert_no_error (error);
  g_object_unref (progress->state);
}

const ProgressPeer progress_mythread = { mythread_start, mythread_update, mythread_finish };

/* The floor: a value, a flag that says that it is on its way, and a source. */

typedef struct {
  FloorNode node;
  FloorSource *source;
  GThread *thread;
  _Atomic double fraction;
  atomic_bool pending; /* set by the worker, cleared by the handler before it reads the fraction */
} Floor;

static void
handle_node (FloorNode *node,
             gpointer user_data)
{
  Floor *floor = (Floor *) node;

  atomic_exchange_explicit (&floor->pending, FALSE, memory_order_acq_rel);
  see (user_data, atomic_load_explicit (&floor->fraction, memory_order_relaxed));
}

static void
floor_start (Progress *progress,
             GThreadFunc body,
             gpointer data)
{
  Floor *floor = g_new0 (Floor, 1);

  progress->state = floor;
  floor->source = floor_source_new (NULL, handle_node, progress);
  floor->thread = g_thread_new ("worker", body, data);
}

static void
floor_update (Progress *progress,
              double fraction)
{
  Floor *floor = progress->state;

  atomic_store_explicit (&floor->fraction, fraction, memory_order_relaxed);
  if (!atomic_exchange_explicit (&floor->pending, TRUE, memory_order_acq_rel)) {
    floor_source_push (floor->source, &floor->node);
  }
}

static void
floor_finish (Progress *progress)
{
  Floor *floor = progress->state;

  g_thread_join (floor->thread);
  floor_source_free (floor->source);
  g_free (floor);
}

const ProgressPeer progress_floor = { floor_start, floor_update, floor_finish };

/* What is written by hand today: an idle callback for each update. */

typedef struct {
  Progress *progress;
  double fraction;
} Update;

static gboolean
handle_idle (gpointer user_data)
{
  Update *update = user_data;

  see (update->progress, update->fraction);

  return G_SOURCE_REMOVE;
}

static void
idle_start (Progress *progress,
            GThreadFunc body,
            gpointer data)
{
  progress->state = g_thread_new ("worker", body, data);
}

static void
idle_update (Progress *progress,
             double fraction)
{
  Update *update = g_new (Update, 1);

  update->progress = progress;
  update->fraction = fraction;
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, handle_idle, update, g_free);
}

static void
idle_finish (Progress *progress)
{
  g_thread_join (progress->state);
}

const ProgressPeer progress_idle = { idle_start, idle_update, idle_finish };
