/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

#include "fault-interpose.h"

G_BEGIN_DECLS

/* A session: a program that uses most of the library, scene by scene, and expects that each call either does what it says, or has
 * done nothing and says why. It is run in a process of its own, in which one call fails; what does not hold ends that process.
 */

#define FAULT_EXIT_BROKEN 90  /* something does not hold: it has said what */
#define FAULT_EXIT_ABORTED 91 /* the program has ended itself */

/* The whole of it, twice: the second time nothing fails. Then nothing may be left but one thread, for which exit() has to wait. */
void fault_session_run (void);

/* scenes */
void fault_scene_life (void);
void fault_scene_cancel (void);
void fault_scene_group (void);
void fault_scene_async (void);
void fault_scene_context (void);
void fault_scene_foreign (void);
void fault_scene_pool (void);
void fault_scene_blocked_pool (void);
void fault_scene_shutdown (void);
void fault_scene_heritage (void);
void fault_scene_parallel (void);
void fault_scene_fork (void);

/* for the scenes */

/* Ends the process unless @condition holds. */
#define FAULT_CHECK(condition)                                                 \
  G_STMT_START                                                                 \
    {                                                                          \
      if (G_UNLIKELY (!(condition))) {                                         \
        fault_complain (G_STRFUNC, __LINE__, "it does not hold: " #condition); \
      }                                                                        \
    }                                                                          \
  G_STMT_END

void fault_complain (const char *function,
                     int line,
                     const char *what) G_GNUC_NORETURN;

/* Checks that @error is a refusal by the system, which may only be when something has failed; frees it. */
void fault_expect_refusal (GError **error);

/* Waits for what is on its way, until @n is 0, or it is clear that it never will be. */
void fault_wait_until_zero (gint *n,
                            const char *what);

/* What is counted can be waited for, in a way of which the library does not know: so nobody helps. There is no limit: a process in which
 * nothing happens any more is ended. */
typedef struct {
  GMutex lock;
  GCond changed;
  gint n;
} FaultCounter;

void fault_counter_init (FaultCounter *counter);
void fault_counter_clear (FaultCounter *counter);
void fault_counter_add (FaultCounter *counter);
void fault_counter_wait (FaultCounter *counter,
                         gint n);
gint fault_counter_get (FaultCounter *counter);

/* How many there are of what must not be left at the end. */
extern gint fault_n_objects;
extern gint fault_n_contexts;
extern gint fault_n_data; /* user data that has a destroy notify */

void fault_watch_object (gpointer object);
GMainContext *fault_context_new (void);
gpointer fault_data_new (void);
void fault_data_destroy (gpointer data);

/* A thread of a scene: a subclass, which counts what is delivered, and complains if that is twice, or elsewhere than in the thread
 * that has made it. */

#define FAULT_TYPE_WORKER (fault_worker_get_type ())
G_DECLARE_FINAL_TYPE (FaultWorker, fault_worker, FAULT, WORKER, MyThread)

typedef void (*FaultWork) (FaultWorker *worker,
                           gpointer data,
                           GError **error);

typedef enum {
  FAULT_SUCCEEDS,
  FAULT_FAILS, /* by G_IO_ERROR_EXISTS */
  FAULT_IS_CANCELLED,
  FAULT_ENDS, /* in one of those ways */
} FaultEnd;

FaultWorker *fault_worker_new (MyThreadGroup *group,
                               gpointer executor,
                               FaultWork work,
                               gpointer data);

/* Starts it, or notes that it was refused, and that this has left it as it was. */
void fault_worker_start (FaultWorker *worker);

/* The system relents; starts it, if it was refused, and joins it. It must have ended so; or, if it had been queued, have failed since
 * there was no OS thread for it. */
void fault_worker_join (FaultWorker *worker,
                        FaultEnd end);

/* The same, and drops the reference. */
void fault_worker_finish (FaultWorker *worker,
                          FaultEnd end);
guint fault_worker_get_n_finished (FaultWorker *worker);
gboolean fault_worker_has_run (FaultWorker *worker);

/* work */
void fault_work_nothing (FaultWorker *worker,
                         gpointer unused,
                         GError **error);
void fault_work_sleep (FaultWorker *worker,
                       gpointer unused,
                       GError **error);
void fault_work_fail (FaultWorker *worker,
                      gpointer unused,
                      GError **error);
void fault_work_count (FaultWorker *worker,
                       gpointer counter,
                       GError **error);
void fault_work_join (FaultWorker *worker,
                      gpointer thread,
                      GError **error);

G_END_DECLS
