/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-pool.h"

/* max-queued: who pushes into a full queue waits. */

/* One worker that is held, and as much queued as may be. */

typedef struct {
  MyThreadPool *pool;
  MyTestBlock block;
  gint n_run;
} Full;

static void
full_init (Full *full,
           guint max_queued)
{
  my_test_block_init (&full->block);
  full->pool = my_thread_pool_new ("full", 1);
  full->n_run = 0;
  my_thread_pool_set_max_queued (full->pool, max_queued);
  my_test_pool_hold (full->pool, &full->block, 1);
  for (guint i = 0; i < max_queued; i++) {
    my_test_push (full->pool, my_test_task_count, &full->n_run);
  }
  g_assert_cmpuint (my_thread_pool_get_n_queued (full->pool), ==, max_queued);
}

static void
full_clear (Full *full)
{
  my_test_pool_finish (full->pool);
  my_test_block_clear (&full->block);
}

static void
run_push (MyThread *thread,
          gpointer data,
          GError **error)
{
  Full *full = data;

  my_thread_pool_push (full->pool, my_test_task_count, &full->n_run, error);
}

static void
test_waits (void)
{
  Full full;
  MyThread *pusher;

  full_init (&full, 3);
  pusher = my_test_start ("pusher", run_push, &full);
  my_test_wait_until_waiting (pusher);
  g_assert_true (my_thread_is_alive (pusher));
  g_assert_cmpuint (my_thread_pool_get_n_queued (full.pool), ==, 3);
  my_test_gate_open (&full.block.release);
  my_test_finish (pusher);
  my_test_pool_wait_until_idle (full.pool, 5);
  g_assert_cmpint (full.n_run, ==, 4);
  full_clear (&full);
}

/* Many that push, all the time. */

typedef struct {
  MyThreadPool *pool;
  gint n_run;
  gint n_over;
} Pressure;

#define PRESSURE_MAX 4

static void
task_look_at_queue (gpointer data)
{
  Pressure *pressure = data;

  if (my_thread_pool_get_n_queued (pressure->pool) > PRESSURE_MAX) {
    g_atomic_int_inc (&pressure->n_over);
  }
  g_atomic_int_inc (&pressure->n_run);
}

static void
run_push_many (MyThread *thread,
               gpointer data,
               GError **error)
{
  Pressure *pressure = data;

  for (guint i = 0; i < 500; i++) {
    my_test_push (pressure->pool, task_look_at_queue, pressure);
    if (my_thread_pool_get_n_queued (pressure->pool) > PRESSURE_MAX) {
      g_atomic_int_inc (&pressure->n_over);
    }
  }
}

static void
test_never_exceeded (void)
{
  Pressure pressure = { .pool = my_thread_pool_new ("pressure", 2) };
  MyThread *pushers[4];

  my_thread_pool_set_max_queued (pressure.pool, PRESSURE_MAX);
  for (guint i = 0; i < G_N_ELEMENTS (pushers); i++) {
    pushers[i] = my_test_start (NULL, run_push_many, &pressure);
  }
  for (guint i = 0; i < G_N_ELEMENTS (pushers); i++) {
    my_test_finish (pushers[i]);
  }
  my_test_pool_wait_until_idle (pressure.pool, 500 * G_N_ELEMENTS (pushers));
  g_assert_cmpint (pressure.n_over, ==, 0);
  g_assert_cmpint (pressure.n_run, ==, 500 * G_N_ELEMENTS (pushers));
  my_test_pool_finish (pressure.pool);
}

/* A worker of the pool that pushes never waits: nobody could make room for it. */

static void
task_push_ten (gpointer data)
{
  Full *full = data;

  for (guint i = 0; i < 10; i++) {
    my_test_push (full->pool, my_test_task_count, &full->n_run);
  }
  g_assert_cmpuint (my_thread_pool_get_n_queued (full->pool), ==, 10);
}

static void
run_push_ten (MyThread *thread,
              gpointer full,
              GError **error)
{
  task_push_ten (full);
}

/* A thread that is run in a join is no less in the pool. */
static void
run_join_pushing (MyThread *thread,
                  gpointer data,
                  GError **error)
{
  Full *full = data;
  MyThread *child = my_test_submit (full->pool, run_push_ten, full);

  g_assert_true (my_thread_join (child, error));
  g_object_unref (child);
}

static void
test_worker (void)
{
  const MyThreadFunc funcs[] = { run_push_ten, run_join_pushing };
  Full full = { .pool = my_thread_pool_new ("worker", 1) };

  my_thread_pool_set_max_queued (full.pool, 1);
  my_test_push (full.pool, task_push_ten, &full);
  my_test_pool_wait_until_idle (full.pool, 11);
  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++) {
    MyThread *thread = my_test_submit (full.pool, funcs[i], &full);

    /* Who joins it before may run it himself. */
    my_test_wait_until (my_test_is_over, thread);
    my_test_finish (thread);
  }
  my_test_pool_wait_until_idle (full.pool, 11 + 11 + 12);
  g_assert_cmpint (full.n_run, ==, 30);
  my_test_pool_finish (full.pool);
}

/* A worker of another pool does, and lets somebody else work there meanwhile. */

typedef struct {
  Full *full;
  MyTestGate pushing;
} Foreign;

static void
task_push_abroad (gpointer data)
{
  Foreign *foreign = data;

  my_test_gate_open (&foreign->pushing);
  my_test_push (foreign->full->pool, my_test_task_count, &foreign->full->n_run);
}

static void
test_worker_of_another_pool (void)
{
  MyThreadPool *other = my_thread_pool_new ("other", 1);
  Full full;
  Foreign foreign = { .full = &full };

  full_init (&full, 2);
  my_test_gate_init (&foreign.pushing);
  my_test_push (other, task_push_abroad, &foreign);
  my_test_gate_wait (&foreign.pushing);
  my_test_push (other, my_test_task_open, &full.block.release);
  my_test_pool_wait_until_idle (other, 2);
  my_test_pool_wait_until_idle (full.pool, 4);
  my_test_pool_finish (other);
  full_clear (&full);
  my_test_gate_clear (&foreign.pushing);
}

/* start() never waits. */
static void
test_start (void)
{
  Full full;
  MyThread *threads[5];

  full_init (&full, 2);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_submit (full.pool, my_test_run_nothing, NULL);
    g_assert_cmpint (my_thread_get_state (threads[i]), ==, MY_THREAD_STATE_QUEUED);
  }
  g_assert_cmpuint (my_thread_pool_get_n_queued (full.pool), ==, 2 + G_N_ELEMENTS (threads));
  my_test_gate_open (&full.block.release);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
  full_clear (&full);
}

/* The task of a push that has failed is destroyed, or not, but never run; the pusher hears why. */

static void
test_cancelled (void)
{
  Full full;
  MyThread *pusher;

  full_init (&full, 3);
  pusher = my_test_start ("pusher", run_push, &full);
  my_test_wait_until_waiting (pusher);
  my_thread_cancel (pusher);
  my_test_assert_fails (my_thread_join (pusher, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (my_thread_pool_get_n_queued (full.pool), ==, 3);
  g_assert_finalize_object (pusher);
  my_test_gate_open (&full.block.release);
  my_test_pool_wait_until_idle (full.pool, 4);
  g_assert_cmpint (full.n_run, ==, 3);
  full_clear (&full);
}

/* A wait is what is interrupted: one that has room does not wait, and is not. */

static void
run_push_when_cancelled (MyThread *thread,
                         gpointer full,
                         GError **error)
{
  my_test_wait_until (my_test_is_cancelled, thread);
  run_push (thread, full, error);
}

static void
test_cancelled_with_room (void)
{
  Full full = { .pool = my_thread_pool_new ("room", 1) };
  MyThread *pusher;

  my_thread_pool_set_max_queued (full.pool, 10);
  pusher = my_test_start ("pusher", run_push_when_cancelled, &full);
  my_test_wait_until (my_test_has_begun, pusher);
  my_thread_cancel (pusher);
  my_test_finish (pusher);
  my_test_pool_wait_until_idle (full.pool, 1);
  my_test_pool_finish (full.pool);
}

static void
test_shut_down (gconstpointer mode)
{
  Full full;
  MyThread *pushers[3];

  full_init (&full, 2);
  for (guint i = 0; i < G_N_ELEMENTS (pushers); i++) {
    pushers[i] = my_test_start (NULL, run_push, &full);
    my_test_wait_until_waiting (pushers[i]);
  }
  my_test_gate_open (&full.block.release);
  g_assert_true (my_thread_pool_shutdown (full.pool, (MyShutdownMode) GPOINTER_TO_INT (mode), NULL));
  for (guint i = 0; i < G_N_ELEMENTS (pushers); i++) {
    GError *error = NULL;

    /* The worker may have made room for it before the end. */
    if (!my_thread_join (pushers[i], &error)) {
      my_test_assert_error (&error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
    }
    g_assert_finalize_object (pushers[i]);
  }
  full_clear (&full);
}

/* Sent away while the worker is held: no room was ever made. */

static gpointer
shut_down_from_outside (gpointer pool)
{
  GError *error = NULL;

  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_CANCEL, &error));
  g_assert_no_error (error);
  return NULL;
}

static void
test_shut_down_held (void)
{
  Full full;
  MyThread *pusher;
  GThread *closer;

  full_init (&full, 2);
  pusher = my_test_start (NULL, run_push, &full);
  my_test_wait_until_waiting (pusher);
  closer = g_thread_new ("closer", shut_down_from_outside, full.pool);
  my_test_assert_fails (my_thread_join (pusher, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  my_test_wait_until (my_test_pool_has_empty_queue, full.pool);
  my_test_gate_open (&full.block.release);
  g_thread_join (closer);
  g_assert_cmpint (full.n_run, ==, 0);
  g_assert_finalize_object (pusher);
  full_clear (&full);
}

/* A higher limit, or none, lets them go on. */
static void
test_limit_raised (void)
{
  Full full;
  MyThread *pushers[3];

  full_init (&full, 1);
  for (guint i = 0; i < G_N_ELEMENTS (pushers); i++) {
    pushers[i] = my_test_start (NULL, run_push, &full);
    my_test_wait_until_waiting (pushers[i]);
  }
  my_thread_pool_set_max_queued (full.pool, 2);
  my_thread_pool_set_max_queued (full.pool, 0);
  for (guint i = 0; i < G_N_ELEMENTS (pushers); i++) {
    my_test_finish (pushers[i]);
  }
  g_assert_cmpuint (my_thread_pool_get_n_queued (full.pool), ==, 1 + G_N_ELEMENTS (pushers));
  my_test_gate_open (&full.block.release);
  full_clear (&full);
  g_assert_cmpint (full.n_run, ==, 4);
}

/* The room that a thread leaves is room, too: when it begins, is taken back by who joins it, or is cancelled. */

typedef enum {
  BEGINS,
  IS_JOINED,
  IS_CANCELLED,
} Leaving;

typedef struct {
  Full full; /* its worker is held, and then does this, and is held again */
  Leaving how;
  MyThread *thread;
  MyTestGate go;
  MyTestGate is_done_with_thread;
} Room;

static void
task_make_room (gpointer data)
{
  Room *room = data;

  my_test_gate_open (&room->full.block.entered);
  my_test_gate_wait (&room->go);
  if (room->how == IS_JOINED) {
    g_assert_true (my_thread_join (room->thread, NULL));
  } else if (room->how == IS_CANCELLED) {
    my_thread_cancel (room->thread);
  }
  my_test_gate_open (&room->is_done_with_thread);
  if (room->how != BEGINS) {
    my_test_gate_wait (&room->full.block.release);
  }
}

static void
test_room_of_thread (gconstpointer how)
{
  Room room = { .full.pool = my_thread_pool_new ("room", 1), .how = (Leaving) GPOINTER_TO_INT (how) };
  MyThread *pusher;

  my_thread_pool_set_max_queued (room.full.pool, 1);
  my_test_block_init (&room.full.block);
  my_test_gate_init (&room.go);
  my_test_gate_init (&room.is_done_with_thread);
  my_test_push (room.full.pool, task_make_room, &room);
  my_test_gate_wait (&room.full.block.entered);
  room.thread = my_test_submit (room.full.pool, my_test_run_nothing, NULL);
  pusher = my_test_start (NULL, run_push, &room.full);
  my_test_wait_until_waiting (pusher);
  my_test_gate_open (&room.go);
  my_test_wait_until (my_test_is_over, pusher);
  my_test_finish (pusher);
  my_test_gate_open (&room.full.block.release);
  my_thread_join (room.thread, NULL); /* it succeeded, or was cancelled */
  my_test_gate_wait (&room.is_done_with_thread);
  my_test_release (room.thread);
  full_clear (&room.full);
  g_assert_cmpint (room.full.n_run, ==, 1);
  my_test_gate_clear (&room.go);
  my_test_gate_clear (&room.is_done_with_thread);
}

/* A thread that waits for a pusher waits for the worker: that is no deadlock, as the worker makes room. */

static void
test_joined (void)
{
  Full full;
  MyThread *pusher, *joiner;

  full_init (&full, 1);
  pusher = my_test_start (NULL, run_push, &full);
  my_test_wait_until_waiting (pusher);
  joiner = my_test_start (NULL, my_test_run_join, pusher);
  my_test_wait_until_waiting (joiner);
  my_test_gate_open (&full.block.release);
  my_test_finish (joiner);
  my_test_finish (pusher);
  full_clear (&full);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pool-queue/waits", test_waits);
  g_test_add_func ("/pool-queue/never-exceeded", test_never_exceeded);
  g_test_add_func ("/pool-queue/worker", test_worker);
  g_test_add_func ("/pool-queue/worker-of-another-pool", test_worker_of_another_pool);
  g_test_add_func ("/pool-queue/start", test_start);
  g_test_add_func ("/pool-queue/cancelled", test_cancelled);
  g_test_add_func ("/pool-queue/cancelled-with-room", test_cancelled_with_room);
  g_test_add_data_func ("/pool-queue/shut-down/drain", GINT_TO_POINTER (MY_SHUTDOWN_DRAIN), test_shut_down);
  g_test_add_data_func ("/pool-queue/shut-down/cancel", GINT_TO_POINTER (MY_SHUTDOWN_CANCEL), test_shut_down);
  g_test_add_func ("/pool-queue/shut-down/held", test_shut_down_held);
  g_test_add_func ("/pool-queue/limit-raised", test_limit_raised);
  g_test_add_func ("/pool-queue/joined", test_joined);
  g_test_add_data_func ("/pool-queue/room-of-thread/begins", GINT_TO_POINTER (BEGINS), test_room_of_thread);
  g_test_add_data_func ("/pool-queue/room-of-thread/is-joined", GINT_TO_POINTER (IS_JOINED), test_room_of_thread);
  g_test_add_data_func ("/pool-queue/room-of-thread/is-cancelled", GINT_TO_POINTER (IS_CANCELLED), test_room_of_thread);

  return g_test_run ();
}
