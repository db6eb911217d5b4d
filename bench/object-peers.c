/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "object-peers.h"

#include "body-thread.h"
#include "mythread-pool.h"
#include "plain-object.h"

typedef void (*EndedFunc) (gpointer data);

/* A thread on a pool. */

typedef struct {
  EndedFunc ended;
  gpointer data;
} Listener;

static void
mythread_finished (MyThread *thread,
                   gpointer user_data)
{
  Listener *listener = user_data;

  listener->ended (listener->data);
}

static void
mythread_start (gpointer pool,
                GThreadFunc body,
                gpointer data,
                void (*ended) (gpointer data))
{
  /* The same for all of one program: a closure of its own for each would be no cost of the thread. */
  static Listener listener;
  MyThread *thread = MY_THREAD (body_thread_new (body, data));
  g_autoptr (GError) error = NULL;

  listener = (Listener){ ended, data };
  g_signal_connect (thread, "finished", G_CALLBACK (mythread_finished), &listener);
  my_executor_submit (pool, thread, &error);
  g_assert_no_error (error);
  g_object_unref (thread);
}

const ObjectPeer object_mythread = { mythread_pool_open, mythread_start, mythread_pool_close };

/* GTask, whose pool is its own and takes as many OS threads as it likes. */

static GThreadFunc gtask_body;
static EndedFunc gtask_ended;

static gpointer
gtask_open (guint n_workers)
{
  return NULL;
}

static void
gtask_run (GTask *task,
           gpointer source_object,
           gpointer task_data,
           GCancellable *cancellable)
{
  gtask_body (task_data);
  g_task_return_boolean (task, TRUE);
}

static void
gtask_done (GObject *source_object,
            GAsyncResult *result,
            gpointer user_data)
{
  gtask_ended (user_data);
}

static void
gtask_start (gpointer pool,
             GThreadFunc body,
             gpointer data,
             void (*ended) (gpointer data))
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, gtask_done, data);

  gtask_body = body;
  gtask_ended = ended;
  g_task_set_task_data (task, data, NULL);
  g_task_run_in_thread (task, gtask_run);
}

static void
gtask_close (gpointer pool)
{
}

const ObjectPeer object_gtask = { gtask_open, gtask_start, gtask_close };

/* What GObject itself takes for objects with a handler, whoever runs what: no thread but the main one, which does all of it. */

typedef struct {
  GThreadFunc body;
  gpointer data;
  EndedFunc ended;
  GPtrArray *objects; /* in flight; references */
} FloorFlight;

static gpointer
floor_open (guint n_workers)
{
  FloorFlight *flight = g_new0 (FloorFlight, 1);

  flight->objects = g_ptr_array_new_with_free_func (g_object_unref);

  return flight;
}

static void
floor_happened (GObject *object,
                gpointer user_data)
{
  FloorFlight *flight = user_data;

  flight->ended (flight->data);
}

static gboolean
floor_end_all (gpointer data)
{
  FloorFlight *flight = data;
  gsize n_objects;
  GObject **objects = (GObject **) g_ptr_array_steal (flight->objects, &n_objects);

  for (gsize i = 0; i < n_objects; i++) {
    flight->body (flight->data);
    plain_object_emit (objects[i]);
    g_object_unref (objects[i]);
  }
  g_free (objects);

  return G_SOURCE_REMOVE;
}

static void
floor_start (gpointer pool,
             GThreadFunc body,
             gpointer data,
             void (*ended) (gpointer data))
{
  FloorFlight *flight = pool;
  GObject *object = plain_object_new ();

  flight->body = body;
  flight->data = data;
  flight->ended = ended;
  g_signal_connect (object, "happened", G_CALLBACK (floor_happened), flight);
  if (flight->objects->len == 0) {
    g_idle_add (floor_end_all, flight);
  }
  g_ptr_array_add (flight->objects, object);
}

static void
floor_close (gpointer pool)
{
  FloorFlight *flight = pool;

  g_ptr_array_unref (flight->objects);
  g_free (flight);
}

const ObjectPeer object_floor = { floor_open, floor_start, floor_close };
