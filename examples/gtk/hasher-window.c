/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The window. The list of what runs is the top of the group of threads, which is a
 * GListModel that changes in the main thread only. Whatever happens, and however
 * often, what is shown changes once in a frame.
 */

#include "hasher-window.h"

#include "hasher-result-row.h"
#include "hasher-sums.h"
#include "hasher-task-row.h"
#include "hasher-top.h"

#include <string.h>

#define PULSE_MS 100

/* A closing window says what it waits for when it has waited for so many looks, a second, and then
 * only it can be closed without the wait: what ends by itself, as nearly all does, is not cut off.
 * A look that comes late counts once: what a program does not see, because it is stopped or is not
 * let run, its threads could not use either. */
#define LOOK_MS 50
#define PATIENCE 20
#define MAX_NAMED 3

struct _HasherWindow {
  AdwApplicationWindow parent_instance;

  HasherJob *job;
  HasherTop *top;
  GtkFileChooserNative *chooser; /* the one that is open */
  guint tick;
  guint pulse_source;

  gboolean is_stopping;
  gboolean was_asked_again;
  guint n_looks;
  guint look_source;
  guint leave_source;

  AdwToastOverlay *toasts;
  GtkStack *pages;

  GtkLabel *summary;
  GtkLabel *remarks;
  GtkAdjustment *limit;
  GtkProgressBar *progress;

  AdwLeaflet *leaflet;
  GtkWidget *running_pane;
  GtkWidget *results_pane;
  GtkStack *running_stack;
  GtkStack *results_stack;
  GtkNoSelection *running;
  GtkNoSelection *results;
  GtkWidget *results_list;
  GtkWidget *more_box;
  GtkLabel *more;
  GtkToggleButton *show_running;
  GtkToggleButton *show_results;

  AdwStatusPage *stopping;
  GtkWidget *close_anyway;
};

G_DEFINE_FINAL_TYPE (HasherWindow, hasher_window, ADW_TYPE_APPLICATION_WINDOW)

static void
hasher_window_toast (HasherWindow *self,
                     const char *format,
                     const char *name)
{
  /* A toast's title has markup. */
  g_autofree char *title = g_markup_printf_escaped (format, name);
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_timeout (toast, 3);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
hasher_window_enable (HasherWindow *self,
                      const char *action,
                      gboolean is_enabled)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), action, is_enabled);
}

static gboolean
on_pulse (gpointer user_data)
{
  HasherWindow *self = user_data;

  gtk_progress_bar_pulse (self->progress);
  return G_SOURCE_CONTINUE;
}

static void
hasher_window_update_progress (HasherWindow *self)
{
  if (!hasher_job_is_counting (self->job)) {
    g_clear_handle_id (&self->pulse_source, g_source_remove);
    gtk_progress_bar_set_fraction (self->progress, hasher_job_get_progress (self->job));
  } else if (self->pulse_source == 0) {
    /* Of how much, nobody knows. */
    gtk_progress_bar_set_fraction (self->progress, 0);
    self->pulse_source = g_timeout_add (PULSE_MS, on_pulse, self);
  }
}

static void
hasher_window_update_panes (HasherWindow *self)
{
  guint n_running = g_list_model_get_n_items (G_LIST_MODEL (hasher_job_get_group (self->job)));
  guint n_more = n_running > HASHER_JOB_MAX_RUNNING ? n_running - HASHER_JOB_MAX_RUNNING : 0;
  guint n_results = g_list_model_get_n_items (G_LIST_MODEL (self->results));
  guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->top));
  g_autofree char *running = g_strdup_printf ("_Running (%'u)", n_running);
  g_autofree char *results = g_strdup_printf ("R_esults (%'u)", n_results);
  g_autofree char *more = g_strdup_printf ("And %'u more", n_more);

  gtk_stack_set_visible_child_name (self->running_stack, n_rows > 0 ? "list" : "empty");
  gtk_stack_set_visible_child_name (self->results_stack, n_results > 0 ? "list" : "empty");
  gtk_label_set_label (self->more, more);
  gtk_widget_set_visible (self->more_box, n_more > 0);
  gtk_button_set_label (GTK_BUTTON (self->show_running), running);
  gtk_button_set_label (GTK_BUTTON (self->show_results), results);
}

static void
hasher_window_update_actions (HasherWindow *self)
{
  gboolean has_results = g_list_model_get_n_items (G_LIST_MODEL (self->results)) > 0;

  hasher_window_enable (self, "win.add-files", !self->is_stopping);
  hasher_window_enable (self, "win.add-folder", !self->is_stopping);
  hasher_window_enable (self, "win.cancel-all", !self->is_stopping && hasher_job_is_active (self->job));
  hasher_window_enable (self, "win.copy-all", has_results);
  hasher_window_enable (self, "win.clear", has_results);
}

/* What is shown, by what there is to show. FALSE if there are more rows to change. */
static gboolean
hasher_window_update (HasherWindow *self)
{
  gboolean is_up_to_date = hasher_top_update (self->top);
  gboolean is_empty = !hasher_job_is_active (self->job) && g_list_model_get_n_items (G_LIST_MODEL (self->results)) == 0;
  g_autofree char *summary = hasher_job_summarise (self->job);
  g_autofree char *remarks = hasher_job_remark (self->job);

  gtk_stack_set_visible_child_name (self->pages, self->is_stopping ? "stopping" : is_empty ? "empty"
                                                                                           : "work");
  gtk_label_set_label (self->summary, summary);
  gtk_label_set_label (self->remarks, remarks);
  gtk_widget_set_visible (GTK_WIDGET (self->remarks), *remarks != '\0');
  hasher_window_update_progress (self);
  hasher_window_update_panes (self);
  hasher_window_update_actions (self);
  return is_up_to_date;
}

static gboolean
on_tick (GtkWidget *widget,
         GdkFrameClock *clock,
         gpointer unused)
{
  HasherWindow *self = HASHER_WINDOW (widget);

  if (!hasher_window_update (self))
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

/* Of many small files there are many changes: once in a frame is enough. */
static void
hasher_window_queue_update (HasherWindow *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
on_nothing_found (HasherWindow *self,
                  GFile *file)
{
  g_autofree char *name = g_file_get_parse_name (file);

  hasher_window_toast (self, "There are no files in %s", name);
}

/* opening */

static void
hasher_window_add_files (HasherWindow *self,
                         GListModel *files)
{
  guint n_files = g_list_model_get_n_items (files);

  for (guint i = 0; i < n_files; i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);

    hasher_job_add (self->job, file);
  }
}

static void
on_chosen (HasherWindow *self,
           int response,
           GtkFileChooserNative *chooser)
{
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));

    hasher_window_add_files (self, files);
  }
  g_clear_object (&self->chooser);
}

static void
hasher_window_choose (HasherWindow *self,
                      const char *title,
                      GtkFileChooserAction action)
{
  if (self->chooser)
    return;
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, "_Add", "_Cancel");
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static gboolean
on_drop (HasherWindow *self,
         const GValue *value,
         double x,
         double y,
         GtkDropTarget *target)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  if (self->is_stopping)
    return FALSE;
  for (GSList *link = files; link; link = link->next)
    hasher_job_add (self->job, link->data);
  return TRUE;
}

/* the actions */

static void
on_add_folder (GtkWidget *widget,
               const char *action,
               GVariant *target)
{
  hasher_window_choose (HASHER_WINDOW (widget), "Choose a Folder", GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
}

static void
on_add_files (GtkWidget *widget,
              const char *action,
              GVariant *target)
{
  hasher_window_choose (HASHER_WINDOW (widget), "Choose Files", GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
on_cancel_all (GtkWidget *widget,
               const char *action,
               GVariant *target)
{
  hasher_job_cancel_all (HASHER_WINDOW (widget)->job);
}

/* From there a long list is cleared without new rows. */
static void
hasher_window_show_first_result (HasherWindow *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->results)) > 0)
    gtk_widget_activate_action (self->results_list, "list.scroll-to-item", "u", 0);
}

static void
on_clear (GtkWidget *widget,
          const char *action,
          GVariant *target)
{
  HasherWindow *self = HASHER_WINDOW (widget);

  hasher_window_show_first_result (self);
  hasher_job_clear_results (self->job);
}

static void
on_copy (GtkWidget *widget,
         const char *action,
         GVariant *target)
{
  const char *name;
  const char *digest;

  g_variant_get (target, "(&s&s)", &name, &digest);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), digest);
  hasher_window_toast (HASHER_WINDOW (widget), "Copied the SHA-256 of %s", name);
}

static void
on_copy_all (GtkWidget *widget,
             const char *action,
             GVariant *target)
{
  HasherWindow *self = HASHER_WINDOW (widget);
  char *sums = hasher_sums_list (hasher_job_get_results (self->job));
  g_autoptr (GBytes) bytes = g_bytes_new_take (sums, strlen (sums));
  g_autoptr (GdkContentProvider) content = gdk_content_provider_new_for_bytes ("text/plain;charset=utf-8", bytes);

  /* Not as a string: of that GDK makes a copy, and it may be megabytes. */
  gdk_clipboard_set_content (gtk_widget_get_clipboard (widget), content);
  hasher_window_toast (self, "Copied all results%s", "");
}

/* Return on a row does what its button does. */
static void
on_result_activated (HasherWindow *self,
                     guint position)
{
  g_autoptr (HasherResult) result = g_list_model_get_item (G_LIST_MODEL (self->results), position);
  const char *digest = hasher_result_get_digest (result);
  g_autofree char *name = hasher_result_dup_name (result);

  if (digest)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "(ss)", name, digest);
}

/* the two panes, where there is room for one */

static void
on_pane_toggled (HasherWindow *self,
                 GtkToggleButton *button)
{
  if (gtk_toggle_button_get_active (button))
    adw_leaflet_set_visible_child (self->leaflet, button == self->show_running ? self->running_pane : self->results_pane);
}

static void
on_pane_changed (HasherWindow *self)
{
  gboolean is_running = adw_leaflet_get_visible_child (self->leaflet) == self->running_pane;

  gtk_toggle_button_set_active (is_running ? self->show_running : self->show_results, TRUE);
}

/* closing */

/* Its rows go first, and the results, a few at a time: all at once they take long. */
static gboolean
on_leave (gpointer user_data)
{
  HasherWindow *self = user_data;

  if (!hasher_top_update (self->top) || hasher_job_is_clearing (self->job))
    return G_SOURCE_CONTINUE;
  self->leave_source = 0;
  gtk_window_destroy (GTK_WINDOW (self));
  return G_SOURCE_REMOVE;
}

static void
hasher_window_leave (HasherWindow *self)
{
  g_clear_handle_id (&self->look_source, g_source_remove);
  if (self->leave_source == 0)
    self->leave_source = g_idle_add (on_leave, self);
}

static void
hasher_window_name_pending (HasherWindow *self)
{
  g_autofree char *pending = hasher_job_list_pending (self->job, MAX_NAMED);
  g_autofree char *description = g_markup_printf_escaped ("Still waiting for %s.", pending);

  if (*pending != '\0')
    adw_status_page_set_description (self->stopping, description);
  gtk_widget_set_visible (self->close_anyway, TRUE);
}

static gboolean
on_look (gpointer user_data)
{
  HasherWindow *self = user_data;

  if (++self->n_looks % PATIENCE != 0)
    return G_SOURCE_CONTINUE;
  if (!self->was_asked_again) {
    hasher_window_name_pending (self);
    return G_SOURCE_CONTINUE;
  }
  self->look_source = 0;
  hasher_window_leave (self);
  return G_SOURCE_REMOVE;
}

static void
hasher_window_stop (HasherWindow *self)
{
  self->is_stopping = TRUE;
  /* What waits in a shut gate would never end. */
  g_action_map_remove_action (G_ACTION_MAP (self), "pause");
  self->look_source = g_timeout_add (LOOK_MS, on_look, self);
  if (hasher_job_is_active (self->job)) {
    gtk_stack_set_visible_child_name (self->pages, "stopping");
  } else {
    /* Nothing but its rows is to be waited for, and of that there is nothing to say. */
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  }
  hasher_window_show_first_result (self);
  hasher_top_set_n_max (self->top, 0);
  hasher_job_stop (self->job);
}

/* It stays until all its threads have ended, and says so; it does not wait for them here.
 * A thread that reads a file of a disk that does not answer can not be ended by anybody. To
 * who asks for the second time that is not worth the wait: it is a daemon, and is left behind. */
static gboolean
hasher_window_close_request (GtkWindow *window)
{
  HasherWindow *self = HASHER_WINDOW (window);

  if (!self->is_stopping) {
    hasher_window_stop (self);
  } else if (self->n_looks < PATIENCE) {
    self->was_asked_again = TRUE;
  } else {
    hasher_window_leave (self);
  }
  return TRUE;
}

static void
hasher_window_dispose (GObject *object)
{
  HasherWindow *self = HASHER_WINDOW (object);

  g_clear_handle_id (&self->pulse_source, g_source_remove);
  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_handle_id (&self->leave_source, g_source_remove);
  g_action_map_remove_action (G_ACTION_MAP (self), "pause");
  g_clear_object (&self->chooser);
  if (self->running)
    gtk_no_selection_set_model (self->running, NULL);
  g_clear_object (&self->top);
  if (self->job)
    hasher_job_stop (self->job);
  g_clear_object (&self->job);

  G_OBJECT_CLASS (hasher_window_parent_class)->dispose (object);
}

static void
hasher_window_class_init (HasherWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hasher_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = hasher_window_close_request;

  g_type_ensure (HASHER_TYPE_RESULT_ROW);
  g_type_ensure (HASHER_TYPE_TASK_ROW);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/mythread/Hasher/hasher-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, summary);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, remarks);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, limit);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, progress);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, running_pane);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, results_pane);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, running_stack);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, results_stack);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, running);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, results);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, results_list);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, more_box);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, more);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, show_running);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, show_results);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, stopping);
  gtk_widget_class_bind_template_child (widget_class, HasherWindow, close_anyway);
  gtk_widget_class_bind_template_callback (widget_class, on_pane_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_pane_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_result_activated);

  gtk_widget_class_install_action (widget_class, "win.add-folder", NULL, on_add_folder);
  gtk_widget_class_install_action (widget_class, "win.add-files", NULL, on_add_files);
  gtk_widget_class_install_action (widget_class, "win.cancel-all", NULL, on_cancel_all);
  gtk_widget_class_install_action (widget_class, "win.clear", NULL, on_clear);
  gtk_widget_class_install_action (widget_class, "win.copy", "(ss)", on_copy);
  gtk_widget_class_install_action (widget_class, "win.copy-all", NULL, on_copy_all);
}

static void
hasher_window_init (HasherWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_autoptr (GPropertyAction) pause = NULL;
  MyThreadGroup *group;

  self->job = hasher_job_new ();
  group = hasher_job_get_group (self->job);
  self->top = hasher_top_new (G_LIST_MODEL (group), HASHER_JOB_MAX_RUNNING);

  gtk_widget_init_template (GTK_WIDGET (self));

  pause = g_property_action_new ("pause", self->job, "paused");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (pause));
  gtk_no_selection_set_model (self->running, G_LIST_MODEL (self->top));
  gtk_no_selection_set_model (self->results, hasher_job_get_results (self->job));
  gtk_adjustment_set_upper (self->limit, HASHER_JOB_MAX_RUNNING);
  g_object_bind_property (group, "max-running", self->limit, "value", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);

  g_signal_connect_object (group, "items-changed", G_CALLBACK (hasher_window_queue_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "changed", G_CALLBACK (hasher_window_queue_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "stopped", G_CALLBACK (hasher_window_leave), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "nothing-found", G_CALLBACK (on_nothing_found), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "drop", G_CALLBACK (on_drop), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->toasts), GTK_EVENT_CONTROLLER (target));

  hasher_window_update (self);
}

HasherWindow *
hasher_window_new (GtkApplication *application)
{
  return g_object_new (HASHER_TYPE_WINDOW, "application", application, NULL);
}

/* What it shows. */
HasherJob *
hasher_window_get_job (HasherWindow *self)
{
  return self->job;
}

/* Whether it is about to close. */
gboolean
hasher_window_is_stopping (HasherWindow *self)
{
  return self->is_stopping;
}
