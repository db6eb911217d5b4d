/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gobject/gvaluecollector.h>
#include <mythread/my-thread.h>

#include "core/my-notify-private.h"
#include "core/my-owner-private.h"

/* Signals of a subclass: emitted in the owner context, with copies of the arguments. */

typedef struct {
  MySequenceEvent event;
  guint signal_id;
  GQuark detail;
  guint n_values;
  GValue values[]; /* the instance, and the arguments */
} MyEmission;

static MyEmission *
my_emission_new (const GSignalQuery *query,
                 GQuark detail)
{
  guint n_values = 1 + query->n_params;
  MyEmission *self = g_malloc0 (sizeof (MyEmission) + n_values * sizeof (GValue));

  self->signal_id = query->signal_id;
  self->detail = detail;
  self->n_values = n_values;
  self->event.n = 1;

  return self;
}

static void
my_emission_free (MyEmission *self)
{
  for (guint i = 0; i < self->n_values; i++) {
    if (G_IS_VALUE (&self->values[i])) {
      g_value_unset (&self->values[i]);
    }
  }
  g_free (self);
}

static void
emit_and_free (MyEmission *self,
               MyThread *thread)
{
  if (my_signals_work ()) {
    g_value_init (&self->values[0], G_OBJECT_TYPE (thread));
    g_value_set_instance (&self->values[0], thread);
    g_signal_emitv (self->values, self->signal_id, self->detail, NULL);
  }
  my_emission_free (self);
}

static void
deliver (MySequenceEvent *event,
         MyThread *thread)
{
  emit_and_free ((MyEmission *) event, thread);
}

static void
drop (MySequenceEvent *event,
      MyThread *thread)
{
  my_emission_free ((MyEmission *) event);
}

static const MySequenceEventClass emission_class = {
  .deliver = deliver,
  .drop = drop,
};

/* saying it */

/* Takes @emission. */
static void
say (MyThread *thread,
     MyEmission *emission,
     const char *function,
     const char *signal_name)
{
  MyOwnerStand stand = my_owner_enter (thread);
  MyOver over = my_sequence_get_over (thread);

  emission->event.klass = &emission_class;
  if (my_owner_is_silenced (thread)) {
    my_emission_free (emission);
  } else if (stand != MY_OWNER_AWAY && (over == MY_OVER_NOT || (over == MY_OVER_FINISHING && stand == MY_OWNER_INSIDE))) {
    emit_and_free (emission, thread);
  } else if (stand != MY_OWNER_AWAY || my_owner_tell (thread, &emission->event) == MY_SAY_TOO_LATE) {
    g_autofree char *name = my_thread_dup_name (thread);

    g_critical ("%s: thread \"%s\" has finished; its signal \"%s\" of class %s is not emitted", function, name, signal_name,
                G_OBJECT_TYPE_NAME (thread));
    my_emission_free (emission);
  }
  my_owner_leave (thread, stand);
}

/* What is known of a signal: asked once for each that a thread emits several times. */
static gboolean
query_signal (MyThread *thread,
              guint signal_id,
              GQuark detail,
              GSignalQuery *query,
              const char *function)
{
  static __thread GSignalQuery last __attribute__ ((tls_model ("initial-exec")));

  if (last.signal_id != signal_id || signal_id == 0) {
    g_signal_query (signal_id, &last);
  }
  *query = last;

  if (query->signal_id == 0 || !g_type_is_a (G_OBJECT_TYPE (thread), query->itype)) {
    g_critical ("%s: class %s has no signal with the number %u", function, G_OBJECT_TYPE_NAME (thread), signal_id);
    return FALSE;
  }
  if (query->return_type != G_TYPE_NONE) {
    g_critical ("%s: signal \"%s\" of class %s returns a value, which nobody would get: it can only be emitted in the owner thread, by "
                "g_signal_emit()",
                function, query->signal_name, g_type_name (query->itype));
    return FALSE;
  }
  if (detail != 0 && !(query->signal_flags & G_SIGNAL_DETAILED)) {
    g_critical ("%s: signal \"%s\" of class %s has no details, so \"%s\" can not be one", function, query->signal_name,
                g_type_name (query->itype), g_quark_to_string (detail));
    return FALSE;
  }
  return TRUE;
}

static gboolean
is_usable (MyThread *thread,
           const char *function)
{
  if (G_UNLIKELY (g_atomic_int_get (&G_OBJECT (thread)->ref_count) == 0)) {
    g_critical ("%s: the thread, of class %s, is being finalised", function, G_OBJECT_TYPE_NAME (thread));
    return FALSE;
  }
  return TRUE;
}

static void
emit_valist (MyThread *thread,
             guint signal_id,
             GQuark detail,
             va_list args,
             const char *function)
{
  GSignalQuery query;
  MyEmission *emission;

  if (!is_usable (thread, function) || !query_signal (thread, signal_id, detail, &query, function)) {
    return;
  }
  emission = my_emission_new (&query, detail);
  for (guint i = 0; i < query.n_params; i++) {
    char *message = NULL;

    G_VALUE_COLLECT_INIT (&emission->values[1 + i], query.param_types[i] & ~G_SIGNAL_TYPE_STATIC_SCOPE, args, 0, &message);
    if (message != NULL) {
      g_critical ("%s: argument %u of signal \"%s\" of class %s: %s", function, 1 + i, query.signal_name, g_type_name (query.itype), message);
      g_free (message);
      /* As GObject has it: what was collected in part is left as it is. */
      emission->n_values = 1 + i;
      my_emission_free (emission);
      return;
    }
  }
  say (thread, emission, function, query.signal_name);
}

/**
 * my_thread_emit: (skip)
 * @self: a thread
 * @signal_id: a signal of its class, without a return value
 * @detail: the detail, or 0
 * @...: the arguments of the signal
 *
 * Emits a signal in the owner context.
 *
 * The arguments are copied. The emission comes in the order in which this was called by one thread,
 * with what it has published and posted, and before [signal@Thread::finished].
 *
 * In the owner thread the emission comes before this returns, after all that is pending for @self; or
 * at once, in a handler that was called by the delivery of @self. After [signal@Thread::finished] it is
 * a critical, and nothing is emitted.
 *
 * Any thread may call it. It blocks only if [property@Thread:max-pending] says so.
 *
 * Since: 1.0
 */
void
my_thread_emit (MyThread *self,
                guint signal_id,
                GQuark detail,
                ...)
{
  va_list args;

  g_return_if_fail (MY_IS_THREAD (self));

  va_start (args, detail);
  emit_valist (self, signal_id, detail, args, "my_thread_emit");
  va_end (args);
}

/**
 * my_thread_emit_by_name: (skip)
 * @self: a thread
 * @detailed_signal: the name of a signal of its class, as in `found` or `found::detail`
 * @...: the arguments of the signal
 *
 * Emits a signal in the owner context, by its name.
 *
 * The arguments are copied. The emission comes in the order in which this was called by one thread, with what it has published
 * and posted, and before [signal@Thread::finished]. In the owner thread it comes before this returns. A name that the class does not
 * have, a signal with a return value, and a call after [signal@Thread::finished] are criticals, and nothing is emitted.
 *
 * Any thread may call it. It blocks only if [property@Thread:max-pending] says so.
 *
 * Since: 1.0
 */
void
my_thread_emit_by_name (MyThread *self,
                        const char *detailed_signal,
                        ...)
{
  guint signal_id;
  GQuark detail = 0;
  va_list args;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (detailed_signal != NULL);

  if (!g_signal_parse_name (detailed_signal, G_OBJECT_TYPE (self), &signal_id, &detail, TRUE)) {
    g_critical ("my_thread_emit_by_name: class %s has no signal \"%s\"", G_OBJECT_TYPE_NAME (self), detailed_signal);
    return;
  }
  va_start (args, detailed_signal);
  emit_valist (self, signal_id, detail, args, "my_thread_emit_by_name");
  va_end (args);
}

/**
 * my_thread_emitv:
 * @self: a thread
 * @signal_id: a signal of its class, without a return value
 * @detail: the detail, or 0
 * @args: (array length=n_args): the arguments of the signal, without the instance
 * @n_args: how many they are
 *
 * Emits a signal in the owner context.
 *
 * The arguments are copied. The emission comes in the order in which this was called by one thread,
 * with what it has published and posted, and before [signal@Thread::finished].
 *
 * In the owner thread the emission comes before this returns, after all that is pending for @self; or
 * at once, in a handler that was called by the delivery of @self. After [signal@Thread::finished] it is
 * a critical, and nothing is emitted. Bad arguments are a critical, too.
 *
 * Any thread may call it. It blocks only if [property@Thread:max-pending] says so.
 *
 * Since: 1.0
 */
void
my_thread_emitv (MyThread *self,
                 guint signal_id,
                 GQuark detail,
                 const GValue *args,
                 guint n_args)
{
  GSignalQuery query;
  MyEmission *emission;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (n_args == 0 || args != NULL);

  if (!is_usable (self, G_STRFUNC) || !query_signal (self, signal_id, detail, &query, G_STRFUNC)) {
    return;
  }
  if (n_args != query.n_params) {
    g_critical ("%s: signal \"%s\" of class %s has %u arguments, and not %u", G_STRFUNC, query.signal_name, g_type_name (query.itype),
                query.n_params, n_args);
    return;
  }

  emission = my_emission_new (&query, detail);
  for (guint i = 0; i < n_args; i++) {
    GType type = query.param_types[i] & ~G_SIGNAL_TYPE_STATIC_SCOPE;

    g_value_init (&emission->values[1 + i], type);
    if (G_VALUE_HOLDS (&args[i], type)) {
      g_value_copy (&args[i], &emission->values[1 + i]);
    } else if (!g_value_transform (&args[i], &emission->values[1 + i])) {
      g_critical ("%s: argument %u of signal \"%s\" of class %s is of type %s, and not %s", G_STRFUNC, 1 + i, query.signal_name,
                  g_type_name (query.itype), G_VALUE_TYPE_NAME (&args[i]), g_type_name (type));
      my_emission_free (emission);
      return;
    }
  }
  say (self, emission, G_STRFUNC, query.signal_name);
}
