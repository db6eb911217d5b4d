/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-result-row.h"

struct _HasherResultRow {
  GtkBox parent_instance;

  HasherResult *result;

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *digest;
  GtkLabel *error;
  GtkButton *copy;
};

enum {
  PROP_0,
  PROP_RESULT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (HasherResultRow, hasher_result_row, GTK_TYPE_BOX)

static void
hasher_result_row_show (HasherResultRow *self)
{
  const char *digest = hasher_result_get_digest (self->result);
  const char *error = hasher_result_get_error (self->result);
  g_autofree char *name = hasher_result_dup_name (self->result);
  g_autofree char *copy = g_strdup_printf ("Copy the SHA-256 of %s", name);

  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->digest, digest ? digest : "");
  gtk_label_set_label (self->error, error ? error : "");
  gtk_widget_set_visible (GTK_WIDGET (self->digest), digest != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->error), error != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->copy), digest != NULL);

  gtk_image_set_from_icon_name (self->icon, error ? "dialog-error-symbolic" : "emblem-ok-symbolic");
  gtk_widget_remove_css_class (GTK_WIDGET (self->icon), error ? "success" : "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->icon), error ? "error" : "success");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, error ? "Failed" : "Done", -1);

  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->copy), "(ss)", name, digest ? digest : "");
  /* Not earlier: an action must have its target. */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->copy), "win.copy");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->copy), GTK_ACCESSIBLE_PROPERTY_LABEL, copy, -1);
}

/* Tooltips are made when somebody wants them: when one is set, GTK asks the display server where the pointer is, and
 * waits for the answer, for each row. */
static gboolean
on_query_name_tooltip (HasherResultRow *self,
                       int x,
                       int y,
                       gboolean is_keyboard_mode,
                       GtkTooltip *tooltip)
{
  g_autofree char *path = NULL;

  if (!self->result)
    return FALSE;
  path = g_file_get_parse_name (hasher_result_get_file (self->result));
  gtk_tooltip_set_text (tooltip, path);
  return TRUE;
}

static gboolean
on_query_copy_tooltip (HasherResultRow *self,
                       int x,
                       int y,
                       gboolean is_keyboard_mode,
                       GtkTooltip *tooltip)
{
  gtk_tooltip_set_text (tooltip, "Copy the SHA-256");
  return TRUE;
}

static void
hasher_result_row_get_property (GObject *object,
                                guint prop_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_RESULT:
    g_value_set_object (value, HASHER_RESULT_ROW (object)->result);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
hasher_result_row_set_property (GObject *object,
                                guint prop_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_RESULT:
    hasher_result_row_set_result (HASHER_RESULT_ROW (object), g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
hasher_result_row_dispose (GObject *object)
{
  g_clear_object (&HASHER_RESULT_ROW (object)->result);

  G_OBJECT_CLASS (hasher_result_row_parent_class)->dispose (object);
}

static void
hasher_result_row_class_init (HasherResultRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hasher_result_row_get_property;
  object_class->set_property = hasher_result_row_set_property;
  object_class->dispose = hasher_result_row_dispose;

  props[PROP_RESULT] = g_param_spec_object ("result", NULL, NULL, HASHER_TYPE_RESULT,
                                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/mythread/Hasher/hasher-result-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HasherResultRow, icon);
  gtk_widget_class_bind_template_child (widget_class, HasherResultRow, name);
  gtk_widget_class_bind_template_child (widget_class, HasherResultRow, digest);
  gtk_widget_class_bind_template_child (widget_class, HasherResultRow, error);
  gtk_widget_class_bind_template_child (widget_class, HasherResultRow, copy);
  gtk_widget_class_bind_template_callback (widget_class, on_query_copy_tooltip);
  gtk_widget_class_bind_template_callback (widget_class, on_query_name_tooltip);
}

static void
hasher_result_row_init (HasherResultRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* @result: (nullable) */
void
hasher_result_row_set_result (HasherResultRow *self,
                              HasherResult *result)
{
  if (!g_set_object (&self->result, result))
    return;
  if (result)
    hasher_result_row_show (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RESULT]);
}
