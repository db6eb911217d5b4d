/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A row that shows any MyThread. All that it takes is g_object_bind_property(): the
 * worker sets its progress a thousand times a second, from where it is, and the
 * widgets hear of it in the main thread, once in a turn of the loop.
 */

#include "hasher-task-row.h"

#define PULSE_MS 100
#define N_BINDINGS 4

struct _HasherTaskRow {
  GtkBox parent_instance;

  MyThread *thread;
  GBinding *bindings[N_BINDINGS];
  guint pulse_source;

  GtkLabel *name;
  GtkLabel *status;
  GtkProgressBar *progress;
  GtkButton *cancel;
};

enum {
  PROP_0,
  PROP_THREAD,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (HasherTaskRow, hasher_task_row, GTK_TYPE_BOX)

static gboolean
on_pulse (gpointer user_data)
{
  HasherTaskRow *self = user_data;

  gtk_progress_bar_pulse (self->progress);
  return G_SOURCE_CONTINUE;
}

/* A thread that does not know how far it is says -1. */
static void
on_progress (HasherTaskRow *self)
{
  gboolean is_unknown = self->thread && my_thread_get_progress (self->thread) < 0;

  if (is_unknown && self->pulse_source == 0) {
    self->pulse_source = g_timeout_add (PULSE_MS, on_pulse, self);
  } else if (!is_unknown) {
    g_clear_handle_id (&self->pulse_source, g_source_remove);
  }
}

static gboolean
transform_status (GBinding *binding,
                  const GValue *from,
                  GValue *to,
                  gpointer user_data)
{
  const char *status = g_value_get_string (from);

  g_value_set_string (to, status ? status : "Waiting");
  return TRUE;
}

static void
on_cancel (HasherTaskRow *self)
{
  if (self->thread)
    my_thread_cancel (self->thread);
}

/* Made when somebody wants it: when one is set, GTK asks the display server where the pointer is, and waits for the
 * answer, for each row. */
static gboolean
on_query_tooltip (HasherTaskRow *self,
                  int x,
                  int y,
                  gboolean is_keyboard_mode,
                  GtkTooltip *tooltip)
{
  gtk_tooltip_set_text (tooltip, "Cancel");
  return TRUE;
}

static void
hasher_task_row_name_widgets (HasherTaskRow *self)
{
  g_autofree char *name = my_thread_dup_name (self->thread);
  g_autofree char *progress = g_strdup_printf ("Progress of %s", name);
  g_autofree char *cancel = g_strdup_printf ("Cancel %s", name);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL, progress, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cancel), GTK_ACCESSIBLE_PROPERTY_LABEL, cancel, -1);
}

static void
hasher_task_row_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_THREAD:
    g_value_set_object (value, HASHER_TASK_ROW (object)->thread);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
hasher_task_row_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_THREAD:
    hasher_task_row_set_thread (HASHER_TASK_ROW (object), g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
hasher_task_row_dispose (GObject *object)
{
  hasher_task_row_set_thread (HASHER_TASK_ROW (object), NULL);

  G_OBJECT_CLASS (hasher_task_row_parent_class)->dispose (object);
}

static void
hasher_task_row_class_init (HasherTaskRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hasher_task_row_get_property;
  object_class->set_property = hasher_task_row_set_property;
  object_class->dispose = hasher_task_row_dispose;

  props[PROP_THREAD] = g_param_spec_object ("thread", NULL, NULL, MY_TYPE_THREAD,
                                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/mythread/Hasher/hasher-task-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HasherTaskRow, name);
  gtk_widget_class_bind_template_child (widget_class, HasherTaskRow, status);
  gtk_widget_class_bind_template_child (widget_class, HasherTaskRow, progress);
  gtk_widget_class_bind_template_child (widget_class, HasherTaskRow, cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_query_tooltip);
}

static void
hasher_task_row_init (HasherTaskRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* @thread: (nullable) */
void
hasher_task_row_set_thread (HasherTaskRow *self,
                            MyThread *thread)
{
  if (self->thread == thread)
    return;

  if (self->thread) {
    for (guint i = 0; i < N_BINDINGS; i++)
      g_clear_pointer (&self->bindings[i], g_binding_unbind);
    g_signal_handlers_disconnect_by_data (self->thread, self);
  }
  g_set_object (&self->thread, thread);

  if (thread) {
    self->bindings[0] = g_object_bind_property (thread, "name", self->name, "label", G_BINDING_SYNC_CREATE);
    self->bindings[1] = g_object_bind_property_full (thread, "status", self->status, "label", G_BINDING_SYNC_CREATE,
                                                     transform_status, NULL, NULL, NULL);
    self->bindings[2] = g_object_bind_property (thread, "progress", self->progress, "fraction", G_BINDING_SYNC_CREATE);
    self->bindings[3] = g_object_bind_property (thread, "cancelled", self->cancel, "sensitive",
                                                G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
    g_signal_connect_swapped (thread, "notify::progress", G_CALLBACK (on_progress), self);
    hasher_task_row_name_widgets (self);
  }
  on_progress (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_THREAD]);
}

/* (nullable) */
MyThread *
hasher_task_row_get_thread (HasherTaskRow *self)
{
  return self->thread;
}
