/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * own-signals: a subclass with properties and a signal of its own, which run() writes,
 * notifies and emits on the worker; all arrive at home.
 */

#include <mythread.h>

#define EXAMPLE_TYPE_SEARCH (search_get_type ())
G_DECLARE_FINAL_TYPE (Search, search, EXAMPLE, SEARCH, MyThread)

struct _Search {
  MyThread parent_instance;

  int n_found; /* atomic */

  GMutex lock;
  char *latest; /* under the lock */
};

G_DEFINE_FINAL_TYPE (Search, search, MY_TYPE_THREAD)

enum {
  PROP_N_FOUND = 1,
  PROP_LATEST,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];
static guint found_signal;

/* A number that is the sum of its divisors, as 6 = 1 + 2 + 3. */
static gboolean
is_perfect (int number)
{
  int sum = 0;

  for (int i = 1; i <= number / 2; i++)
    sum += number % i == 0 ? i : 0;
  return sum == number;
}

/* On the worker. */
static void
search_run (MyThread *thread,
            GError **error)
{
  Search *self = EXAMPLE_SEARCH (thread);

  for (int i = 1; i < 10000 && !my_thread_set_error_if_cancelled (thread, error); i++) {
    if (!is_perfect (i))
      continue;

    g_atomic_int_inc (&self->n_found);
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_FOUND]);

    g_mutex_lock (&self->lock);
    g_free (self->latest);
    self->latest = g_strdup_printf ("%d is perfect", i);
    g_mutex_unlock (&self->lock);
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LATEST]);

    my_thread_emit (thread, found_signal, 0, i);
  }
}

/* On any thread. */
static void
search_get_property (GObject *object,
                     guint prop_id,
                     GValue *value,
                     GParamSpec *pspec)
{
  Search *self = EXAMPLE_SEARCH (object);

  if (prop_id == PROP_N_FOUND) {
    g_value_set_int (value, g_atomic_int_get (&self->n_found));
  } else {
    g_mutex_lock (&self->lock);
    g_value_set_string (value, self->latest); /* a copy */
    g_mutex_unlock (&self->lock);
  }
}

static void
search_finalize (GObject *object)
{
  Search *self = EXAMPLE_SEARCH (object);

  g_mutex_clear (&self->lock);
  g_free (self->latest);
  G_OBJECT_CLASS (search_parent_class)->finalize (object);
}

static void
search_class_init (SearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = search_get_property;
  object_class->finalize = search_finalize;
  MY_THREAD_CLASS (klass)->run = search_run;

  props[PROP_N_FOUND] = g_param_spec_int ("n-found", NULL, NULL, 0, G_MAXINT, 0, flags);
  props[PROP_LATEST] = g_param_spec_string ("latest", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  found_signal = g_signal_new ("found", EXAMPLE_TYPE_SEARCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
search_init (Search *self)
{
  g_mutex_init (&self->lock);
}

/* At home. */
static void
on_found (MyThread *thread,
          int number)
{
  g_print ("found %d%s\n", number, my_thread_get_current () == my_thread_get_main () ? "" : ", in the wrong thread");
}

static void
on_finished (MyThread *thread,
             GMainLoop *loop)
{
  g_autofree char *latest = NULL;
  int n_found;

  g_object_get (thread, "n-found", &n_found, "latest", &latest, NULL);
  g_print ("%d in all; %s\n", n_found, latest);
  g_main_loop_quit (loop);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MyThread) thread = g_object_new (EXAMPLE_TYPE_SEARCH, NULL);

  g_signal_connect (thread, "found", G_CALLBACK (on_found), NULL);
  g_signal_connect (thread, "finished", G_CALLBACK (on_finished), loop);
  if (!my_thread_start (thread, NULL))
    return 1;
  g_main_loop_run (loop);
  return 0;
}
