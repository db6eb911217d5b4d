/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

/* Calls of the public functions with every kind of argument, right and wrong, at every kind of place. What calls them is written by
 * generate-fuzz.py; what they are called with is chosen by the functions below, of which each has a list of values: the first is an
 * ordinary one.
 */

typedef struct _FuzzCall FuzzCall;

typedef struct {
  const char *name;
  void (*call) (FuzzCall *call);
} FuzzFunction;

extern const FuzzFunction fuzz_functions[];
extern const gsize fuzz_n_functions;

#define FUZZ_MAX_PARAMETERS 10

struct _FuzzCall {
  /* What the parameters are to be: for each the index in its list. */
  guint choices[FUZZ_MAX_PARAMETERS];

  /* Filled in by the functions that choose. */
  guint n_parameters;
  guint n_values[FUZZ_MAX_PARAMETERS];
  gboolean is_wrong; /* an argument is one that must not be: a critical has to say so */
  gboolean is_long;  /* it may be a loop that ends when its thread is cancelled, and else after years */
  gboolean is_last;  /* nothing is to be tried after it in the same process */
  char *text;        /* where what it says of itself goes; NULL: nothing is to be called, but it is to be found out what could be */
  gsize text_size;

  /* while it goes on */
  GPtrArray *clean_ups;
  GPtrArray *threads;   /* those that were made for it */
  GPtrArray *executors; /* they let go of what they hold before anything is waited for */
  GError *given_error;  /* one that was set before */
  GError *error;
  guint n_criticals;
};

/* Chooses one of @n_values for a parameter; @names says what they are. For the functions that follow. */
guint fuzz_choose (FuzzCall *call,
                   const char *parameter,
                   const char *const *names,
                   guint n_values);
#define FUZZ_CHOOSE(call, parameter, ...)                              \
  (fuzz_choose (call, parameter, (const char *const[]){ __VA_ARGS__ }, \
                sizeof ((const char *const[]){ __VA_ARGS__ }) / sizeof (char *)))

/* Whether arguments are to be made; else what they are called with counts. */
gboolean fuzz_is_real (FuzzCall *call);

/* Calls @func with @data after the call: in reverse order. */
void fuzz_clean_up_later (FuzzCall *call,
                          void (*func) (gpointer data),
                          gpointer data);

void fuzz_clean_up (FuzzCall *call);

/* numbers, and text */
gint fuzz_pick_int (FuzzCall *call, const char *parameter, gboolean nullable);
guint fuzz_pick_uint (FuzzCall *call, const char *parameter, gboolean nullable);
gint64 fuzz_pick_int64 (FuzzCall *call, const char *parameter, gboolean nullable);
guint64 fuzz_pick_uint64 (FuzzCall *call, const char *parameter, gboolean nullable);
gsize fuzz_pick_size (FuzzCall *call, const char *parameter, gboolean nullable);
gboolean fuzz_pick_boolean (FuzzCall *call, const char *parameter, gboolean nullable);
double fuzz_pick_double (FuzzCall *call, const char *parameter, gboolean nullable);
gint fuzz_pick_enum (FuzzCall *call, const char *parameter, gboolean nullable, GType type);
const char *fuzz_pick_string (FuzzCall *call, const char *parameter, gboolean nullable);
const char *fuzz_pick_signal (FuzzCall *call, const char *parameter, gboolean nullable);
gpointer fuzz_pick_instance (FuzzCall *call, const char *parameter, gboolean nullable);
GConnectFlags fuzz_pick_connect_flags (FuzzCall *call, const char *parameter, gboolean nullable);
GMainContext *fuzz_pick_context (FuzzCall *call, const char *parameter, gboolean nullable);
gpointer fuzz_pick_pointer (FuzzCall *call, const char *parameter, gboolean nullable);

/* what GLib has */
GVariant *fuzz_pick_variant (FuzzCall *call, const char *parameter, gboolean nullable);
const GValue *fuzz_pick_value (FuzzCall *call, const char *parameter, gboolean nullable);
GValue *fuzz_pick_out_value (FuzzCall *call, const char *parameter, gboolean nullable);
GError **fuzz_pick_error (FuzzCall *call);
const GError *fuzz_pick_const_error (FuzzCall *call, const char *parameter, gboolean nullable);
GCancellable *fuzz_pick_cancellable (FuzzCall *call, const char *parameter, gboolean nullable);
void fuzz_results_make (void);
void fuzz_results_clear (void);
GAsyncResult *fuzz_pick_result (FuzzCall *call, const char *parameter, gboolean nullable);

/* functions */
GCallback fuzz_pick_callback (FuzzCall *call, const char *parameter, gboolean nullable);
GAsyncReadyCallback fuzz_pick_ready_callback (FuzzCall *call, const char *parameter, gboolean nullable);
MyThreadFunc fuzz_pick_thread_func (FuzzCall *call, const char *parameter, gboolean nullable);
GClosureNotify fuzz_pick_closure_notify (FuzzCall *call, const char *parameter, gboolean nullable);
GClosure *fuzz_pick_closure (FuzzCall *call, const char *parameter, gboolean nullable);
GDestroyNotify fuzz_pick_destroy (FuzzCall *call, const char *parameter, gboolean nullable);

/* objects, in each of their states */

/* In each list of objects NULL is at 1, and an object of another type at 2. TRUE: it is one of these that is chosen, and @object is it; or
 * nothing is to be made. */
gboolean fuzz_picks_none (FuzzCall *call, guint choice, gboolean nullable, gpointer *object);

gpointer fuzz_pick_object (FuzzCall *call, const char *parameter, gboolean nullable, GType type);
MyThread *fuzz_pick_thread (FuzzCall *call, const char *parameter, gboolean nullable);
MyThreadGroup *fuzz_pick_group (FuzzCall *call, const char *parameter, gboolean nullable);
MyThreadPool *fuzz_pick_pool (FuzzCall *call, const char *parameter, gboolean nullable);
MyExecutor *fuzz_pick_executor (FuzzCall *call, const char *parameter, gboolean nullable);

/* properties: a value, right or wrong, for one of them; set, and all of them read, or given to the constructor */
void fuzz_set_property (FuzzCall *call, gpointer object, GType type);
void fuzz_construct (FuzzCall *call, GType type);

/* Before the call, when all is chosen; FALSE: it is not to be made. */
gboolean fuzz_begin (FuzzCall *call);

/* After it: whether what has come of it makes sense. */
void fuzz_end (FuzzCall *call);
void fuzz_end_boolean (FuzzCall *call, gboolean result, GError **error);
void fuzz_end_answer (FuzzCall *call, gboolean result, GError **error);
void fuzz_end_double (FuzzCall *call, double result);
void fuzz_end_enum (FuzzCall *call, GType type, gint result);
void fuzz_end_string (FuzzCall *call, const char *result, gboolean nullable, GError **error);
void fuzz_end_object (FuzzCall *call, gpointer result, GType type, gboolean nullable, GError **error);
void fuzz_end_pointer (FuzzCall *call, gconstpointer result, gboolean nullable, GError **error);

/* Starts a thread that was returned, if that can be, and drops the reference when it has ended. */
void fuzz_finish_thread (MyThread *thread);

/* A thread of a subclass. */
MyThread *fuzz_thread_new (MyThreadGroup *group,
                           gpointer executor,
                           MyThreadFunc func,
                           gpointer data);

/* Of a kind that is chosen elsewhere: for what has to be of its type. They are there until the call is over. */
MyThread *fuzz_get_thread (FuzzCall *call);
MyThreadGroup *fuzz_get_group (FuzzCall *call);
MyThreadPool *fuzz_get_pool (FuzzCall *call);

/* What a thread of these tests does that is to run: it waits at the gate. */
void fuzz_run_to_gate (MyThread *thread,
                       gpointer unused,
                       GError **error);

/* of the run */

/* Ends the process: it does not hold. */
void fuzz_complain (const char *what) G_GNUC_NORETURN;

/* where a call is made */

typedef enum {
  FUZZ_IN_MAIN,
  FUZZ_IN_RUN,
  FUZZ_IN_CANCELLED_RUN,
  FUZZ_IN_TASK,
  FUZZ_IN_FINISHED,
  FUZZ_IN_CANCELLED,
  FUZZ_IN_DESTROY,
  FUZZ_IN_FOREIGN,
  FUZZ_N_PLACES,
} FuzzPlace;

/* Calls @func with @data at such a place; returns when it has returned, and all that there was for it has ended. In the main thread. */
void fuzz_place_visit (FuzzPlace place,
                       void (*func) (gpointer data),
                       gpointer data);
const char *fuzz_place_get_name (FuzzPlace place);

/* The pool of which the caller is a task, or %NULL. */
MyThreadPool *fuzz_place_get_pool (void);

/* The gate is shut while a call is prepared and made. It is opened when that has returned, and also when it takes its time: then it
 * waits, and rightly so, for one who waits there. If that does not help, the thread that calls is cancelled, and those that were made for it. */
void fuzz_gate_shut (void);
void fuzz_gate_open (void);
void fuzz_gate_wait (MyThread *thread);

/* An OS thread that looks on, and does so. Returns its number. */
gint fuzz_watch_begin (void);
void fuzz_watch_end (void);

/* Around a call. fuzz_watch_leave() returns whether the main thread was cancelled. */
void fuzz_watch_enter (FuzzCall *call);
gboolean fuzz_watch_leave (void);

G_END_DECLS
