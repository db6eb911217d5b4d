/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <mythread/my-thread-enums.h>
#include <mythread/my-thread-error.h>
#include <mythread/my-types.h>
#include <mythread/my-version.h>

G_BEGIN_DECLS

#define MY_TYPE_THREAD (my_thread_get_type ())

MY_AVAILABLE_IN_ALL
G_DECLARE_DERIVABLE_TYPE (MyThread, my_thread, MY, THREAD, GObject)

/**
 * MyThreadClass:
 * @parent_class: the parent class
 * @run: what the thread does, called once on the worker; to fail, set @error.
 *   The default calls the thread's [callback@ThreadFunc]
 * @started: the class handler of [signal@Thread::started]. The default does nothing
 * @finished: the class handler of [signal@Thread::finished]. The default does nothing
 *
 * The class of a [class@Thread].
 *
 * A function that overrides one of these may chain up, but need not. A function that overrides
 * `constructed()`, `dispose()` or `finalize()` of [struct@GObject.ObjectClass] must, as in every
 * class.
 *
 * Since: 1.0
 */
struct _MyThreadClass {
  GObjectClass parent_class;

  void (*run) (MyThread *self,
               GError **error);
  void (*started) (MyThread *self);
  void (*finished) (MyThread *self);

  /*< private >*/
  gpointer padding[8];
  /* the library's own */
  gpointer handlers[2];
  gpointer checked;  /* the class itself, when it was looked at */
  gpointer dispatch; /* what dispatched its notifications before */
};

/**
 * MyThreadClass::run:
 * @self: the thread
 * @error: return location for an error
 *
 * What the thread does: override it.
 *
 * It is called once, on the OS thread that the thread's executor has chosen, and may block. When it
 * returns, the thread has SUCCEEDED; or FAILED if it has set @error; or CANCELLED if that error is
 * `G_IO_ERROR_CANCELLED` and the thread was cancelled. It can set a result by
 * [method@Thread.set_result].
 *
 * The default calls the thread's [callback@ThreadFunc]. If a subclass has neither an override nor a
 * function, a warning is logged, once.
 *
 * Since: 1.0
 */

/**
 * MyThreadClass::started:
 * @self: the thread
 *
 * The class handler of [signal@Thread::started], called in the thread that owns the object.
 *
 * The default does nothing.
 *
 * Since: 1.0
 */

/**
 * MyThreadClass::finished:
 * @self: the thread
 *
 * The class handler of [signal@Thread::finished], called in the thread that owns the object.
 *
 * The default does nothing.
 *
 * Since: 1.0
 */

/* construction */

MY_AVAILABLE_IN_ALL
MyThread *my_thread_new (const char *name,
                         MyThreadFunc func,
                         gpointer user_data,
                         GDestroyNotify destroy);

MY_AVAILABLE_IN_ALL
MyThread *my_thread_new_with_args (const char *name,
                                   MyThreadFunc func,
                                   GVariant *args,
                                   GVariant *kwargs);

MY_AVAILABLE_IN_ALL
MyThread *my_thread_new_with_args_full (const char *name,
                                        GVariant *args,
                                        GVariant *kwargs,
                                        MyThreadFunc func,
                                        gpointer user_data,
                                        GDestroyNotify destroy);

MY_AVAILABLE_IN_ALL
MyThread *my_thread_new_in_group (MyThreadGroup *group,
                                  const char *name,
                                  MyThreadFunc func,
                                  gpointer user_data,
                                  GDestroyNotify destroy);

/* life */

MY_AVAILABLE_IN_ALL
gboolean my_thread_start (MyThread *self,
                          GError **error);

MY_AVAILABLE_IN_ALL
gboolean my_thread_join (MyThread *self,
                         GError **error);

MY_AVAILABLE_IN_ALL
gboolean my_thread_join_timeout (MyThread *self,
                                 gint64 timeout_us,
                                 GError **error);

MY_AVAILABLE_IN_ALL
void my_thread_join_async (MyThread *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

MY_AVAILABLE_IN_ALL
gboolean my_thread_join_finish (MyThread *self,
                                GAsyncResult *result,
                                GError **error);

MY_AVAILABLE_IN_ALL
void my_thread_cancel (MyThread *self);

MY_AVAILABLE_IN_ALL
gboolean my_thread_is_cancelled (MyThread *self);

MY_AVAILABLE_IN_ALL
gboolean my_thread_set_error_if_cancelled (MyThread *self,
                                           GError **error);

MY_AVAILABLE_IN_ALL
GCancellable *my_thread_get_cancellable (MyThread *self);

MY_AVAILABLE_IN_ALL
gboolean my_thread_is_alive (MyThread *self);

MY_AVAILABLE_IN_ALL
MyThreadState my_thread_get_state (MyThread *self);

/* identity */

MY_AVAILABLE_IN_ALL
char *my_thread_dup_name (MyThread *self);

MY_AVAILABLE_IN_ALL
void my_thread_set_name (MyThread *self,
                         const char *name);

MY_AVAILABLE_IN_ALL
MyThreadGroup *my_thread_get_group (MyThread *self);

MY_AVAILABLE_IN_ALL
GMainContext *my_thread_get_main_context (MyThread *self);

MY_AVAILABLE_IN_ALL
GVariant *my_thread_get_args (MyThread *self);

MY_AVAILABLE_IN_ALL
GVariant *my_thread_get_kwargs (MyThread *self);

MY_AVAILABLE_IN_ALL
guint64 my_thread_get_ident (MyThread *self);

MY_AVAILABLE_IN_ALL
gint my_thread_get_native_id (MyThread *self);

/* how it is to run; writable until it is started */

MY_AVAILABLE_IN_ALL
MyExecutor *my_thread_dup_executor (MyThread *self);

MY_AVAILABLE_IN_ALL
void my_thread_set_executor (MyThread *self,
                             MyExecutor *executor);

MY_AVAILABLE_IN_ALL
gboolean my_thread_get_daemon (MyThread *self);

MY_AVAILABLE_IN_ALL
void my_thread_set_daemon (MyThread *self,
                           gboolean daemon);

MY_AVAILABLE_IN_ALL
guint64 my_thread_get_stack_size (MyThread *self);

MY_AVAILABLE_IN_ALL
void my_thread_set_stack_size (MyThread *self,
                               guint64 stack_size);

MY_AVAILABLE_IN_ALL
gint my_thread_get_priority (MyThread *self);

MY_AVAILABLE_IN_ALL
void my_thread_set_priority (MyThread *self,
                             gint priority);

MY_AVAILABLE_IN_ALL
gboolean my_thread_get_fresh_os_thread (MyThread *self);

MY_AVAILABLE_IN_ALL
void my_thread_set_fresh_os_thread (MyThread *self,
                                    gboolean fresh);

/* what run() tells the outside */

MY_AVAILABLE_IN_ALL
void my_thread_set_progress (MyThread *self,
                             double fraction);

MY_AVAILABLE_IN_ALL
double my_thread_get_progress (MyThread *self);

MY_AVAILABLE_IN_ALL
void my_thread_set_status (MyThread *self,
                           const char *text);

MY_AVAILABLE_IN_ALL
char *my_thread_dup_status (MyThread *self);

MY_AVAILABLE_IN_ALL
void my_thread_set_result (MyThread *self,
                           const GValue *value);

MY_AVAILABLE_IN_ALL
gboolean my_thread_get_result (MyThread *self,
                               GValue *value,
                               GError **error);

MY_AVAILABLE_IN_ALL
void my_thread_set_result_int (MyThread *self,
                               gint64 value);

MY_AVAILABLE_IN_ALL
gint64 my_thread_get_result_int (MyThread *self,
                                 GError **error);

MY_AVAILABLE_IN_ALL
void my_thread_set_result_boolean (MyThread *self,
                                   gboolean value);

MY_AVAILABLE_IN_ALL
gboolean my_thread_get_result_boolean (MyThread *self,
                                       GError **error);

MY_AVAILABLE_IN_ALL
void my_thread_set_result_double (MyThread *self,
                                  double value);

MY_AVAILABLE_IN_ALL
double my_thread_get_result_double (MyThread *self,
                                    GError **error);

MY_AVAILABLE_IN_ALL
void my_thread_set_result_string (MyThread *self,
                                  const char *value);

MY_AVAILABLE_IN_ALL
char *my_thread_dup_result_string (MyThread *self,
                                   GError **error);

MY_AVAILABLE_IN_ALL
void my_thread_set_result_object (MyThread *self,
                                  gpointer value);

MY_AVAILABLE_IN_ALL
gpointer my_thread_dup_result_object (MyThread *self,
                                      GError **error);

MY_AVAILABLE_IN_ALL
void my_thread_set_result_pointer (MyThread *self,
                                   gpointer pointer,
                                   GDestroyNotify destroy);

MY_AVAILABLE_IN_ALL
gpointer my_thread_get_result_pointer (MyThread *self,
                                       GError **error);

MY_AVAILABLE_IN_ALL
GError *my_thread_dup_error (MyThread *self);

/* what a subclass says, delivered in the owner context */

/**
 * MyOwnerFunc:
 * @self: the thread
 * @user_data: what was given with the function
 *
 * What is called in the owner context of a thread.
 *
 * Since: 1.0
 */
typedef void (*MyOwnerFunc) (MyThread *self,
                             gpointer user_data);

MY_AVAILABLE_IN_ALL
void my_thread_emit (MyThread *self,
                     guint signal_id,
                     GQuark detail,
                     ...);

MY_AVAILABLE_IN_ALL
void my_thread_emit_by_name (MyThread *self,
                             const char *detailed_signal,
                             ...);

MY_AVAILABLE_IN_ALL
void my_thread_emitv (MyThread *self,
                      guint signal_id,
                      GQuark detail,
                      const GValue *args,
                      guint n_args);

MY_AVAILABLE_IN_ALL
void my_thread_publish (MyThread *self,
                        gpointer item);

MY_AVAILABLE_IN_ALL
void my_thread_publish_many (MyThread *self,
                             gpointer *items,
                             guint n_items);

MY_AVAILABLE_IN_ALL
GListModel *my_thread_get_results (MyThread *self);

MY_AVAILABLE_IN_ALL
gpointer my_thread_next_result (MyThread *self,
                                gint64 timeout_us,
                                GError **error);

MY_AVAILABLE_IN_ALL
void my_thread_post (MyThread *self,
                     MyOwnerFunc func,
                     gpointer user_data,
                     GDestroyNotify destroy);

MY_AVAILABLE_IN_ALL
gboolean my_thread_call_owner (MyThread *self,
                               MyOwnerFunc func,
                               gpointer user_data,
                               GError **error);

MY_AVAILABLE_IN_ALL
guint my_thread_get_max_pending (MyThread *self);

MY_AVAILABLE_IN_ALL
void my_thread_set_max_pending (MyThread *self,
                                guint max_pending);

/* the threads of the process */

MY_AVAILABLE_IN_ALL
MyThread *my_thread_get_current (void);

MY_AVAILABLE_IN_ALL
MyThread *my_thread_get_main (void);

MY_AVAILABLE_IN_ALL
guint my_thread_active_count (void);

MY_AVAILABLE_IN_ALL
GPtrArray *my_thread_enumerate (void);

MY_AVAILABLE_IN_ALL
gboolean my_thread_sleep (gint64 duration_us,
                          GError **error);

MY_AVAILABLE_IN_ALL
char *my_thread_dump (void);

/* for implementers of MyExecutorInterface.execute */

MY_AVAILABLE_IN_ALL
void my_thread_execute (MyThread *self);

MY_AVAILABLE_IN_ALL
void my_thread_report_begin (MyThread *self);

MY_AVAILABLE_IN_ALL
void my_thread_report_end (MyThread *self,
                           const GValue *result,
                           const GError *error);

G_END_DECLS
