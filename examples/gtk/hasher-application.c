/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-application.h"

#include "hasher-interrupt.h"
#include "hasher-window.h"

#include <glib-unix.h>

struct _HasherApplication {
  AdwApplication parent_instance;

  guint interrupt_source;
};

G_DEFINE_FINAL_TYPE (HasherApplication, hasher_application, ADW_TYPE_APPLICATION)

/* As if each window were closed: the program ends with the last of them. */
static void
hasher_application_close_all (HasherApplication *self)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self)));

  for (GList *link = windows; link; link = link->next)
    gtk_window_close (link->data);
}

/* The second one does not come here. */
static gboolean
on_interrupt (int fd,
              GIOCondition condition,
              gpointer user_data)
{
  HasherApplication *self = user_data;

  self->interrupt_source = 0;
  hasher_application_close_all (self);
  return G_SOURCE_REMOVE;
}

static void
on_quit (GSimpleAction *action,
         GVariant *target,
         gpointer self)
{
  hasher_application_close_all (self);
}

static void
on_new_window (GSimpleAction *action,
               GVariant *target,
               gpointer self)
{
  gtk_window_present (GTK_WINDOW (hasher_window_new (self)));
}

static void
on_about (GSimpleAction *action,
          GVariant *target,
          gpointer self)
{
  adw_show_about_window (gtk_application_get_active_window (self),
                         "application-name", "Hasher",
                         "application-icon", "org.mythread.Hasher",
                         "developer-name", "The MyThread authors",
                         "version", HASHER_VERSION,
                         "comments", "The SHA-256 of many files at once, with a thread object for each.",
                         "license-type", GTK_LICENSE_LGPL_2_1,
                         NULL);
}

static void
hasher_application_startup (GApplication *application)
{
  HasherApplication *self = HASHER_APPLICATION (application);
  static const GActionEntry entries[] = {
    { .name = "about", .activate = on_about },
    { .name = "new-window", .activate = on_new_window },
    { .name = "quit", .activate = on_quit },
  };
  static const struct {
    const char *action;
    const char *accels[2];
  } accels[] = {
    { "app.new-window", { "<Control>n" } },
    { "app.quit", { "<Control>q" } },
    { "win.add-files", { "<Control><Shift>o" } },
    { "win.add-folder", { "<Control>o" } },
    { "win.copy-all", { "<Control><Shift>c" } },
    { "win.pause", { "<Control>p" } },
    { "window.close", { "<Control>w" } },
  };

  G_APPLICATION_CLASS (hasher_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action, accels[i].accels);

  self->interrupt_source = g_unix_fd_add (hasher_interrupt_watch (), G_IO_IN, on_interrupt, self);
}

static void
hasher_application_shutdown (GApplication *application)
{
  HasherApplication *self = HASHER_APPLICATION (application);

  g_clear_handle_id (&self->interrupt_source, g_source_remove);

  G_APPLICATION_CLASS (hasher_application_parent_class)->shutdown (application);
}

/* The one that was used last, if it is not being closed. */
static GtkWindow *
hasher_application_get_window (GApplication *application)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (application)); link; link = link->next) {
    if (HASHER_IS_WINDOW (link->data) && !hasher_window_is_stopping (link->data))
      return link->data;
  }
  return GTK_WINDOW (hasher_window_new (GTK_APPLICATION (application)));
}

static void
hasher_application_activate (GApplication *application)
{
  gtk_window_present (hasher_application_get_window (application));
}

static void
hasher_application_open (GApplication *application,
                         GFile **files,
                         int n_files,
                         const char *hint)
{
  GtkWindow *window = hasher_application_get_window (application);

  gtk_window_present (window);
  for (int i = 0; i < n_files; i++)
    hasher_job_add (hasher_window_get_job (HASHER_WINDOW (window)), files[i]);
}

static void
hasher_application_class_init (HasherApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = hasher_application_startup;
  application_class->shutdown = hasher_application_shutdown;
  application_class->activate = hasher_application_activate;
  application_class->open = hasher_application_open;
}

static void
hasher_application_init (HasherApplication *self)
{
}

HasherApplication *
hasher_application_new (void)
{
  return g_object_new (HASHER_TYPE_APPLICATION,
                       "application-id", "org.mythread.Hasher",
                       "resource-base-path", "/org/mythread/Hasher",
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       NULL);
}
