/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows what the threads of a group do: on a terminal a line for each that runs
 * and one for the group, elsewhere a line now and then. It only listens: to the
 * group, which is a GListModel, and to its members' signals and properties. All
 * of them come in the main loop, so nothing here is locked.
 */

#include "checksum-printer.h"

#include "checksum-text.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TERMINAL_INTERVAL_MS 50
#define PLAIN_INTERVAL_MS 1000

#define BAR_COLUMNS 20
#define NAME_COLUMNS 11

/* ECMA-48, which every terminal but a dumb one understands; and DEC's wrap of lines that are too long, which they are cut without. */
#define CURSOR_UP "\033[%uA"
#define ERASE_LINE_END "\033[K"
#define ERASE_SCREEN_END "\033[J"
#define WRAP_OFF "\033[?7l"
#define WRAP_ON "\033[?7h"

struct _ChecksumPrinter {
  GObject parent_instance;

  MyThreadGroup *group;
  ChecksumCaptionFunc caption_func;
  gpointer caption_data;

  gboolean is_quiet;
  gboolean is_terminal;
  gboolean is_stopped;
  GPtrArray *rows; /* (nullable) MyThread: those that run, each in a row of its own */
  guint n_lines;   /* on the terminal, above the cursor */
  guint timeout_id;
};

G_DEFINE_FINAL_TYPE (ChecksumPrinter, checksum_printer, G_TYPE_OBJECT)

static guint
terminal_rows (void)
{
  struct winsize size = { 0 };

  ioctl (STDERR_FILENO, TIOCGWINSZ, &size);
  return size.ws_row > 0 ? size.ws_row : 24;
}

static void
append_percent (GString *text,
                double progress)
{
  if (progress < 0)
    g_string_append (text, "  --%");
  else
    g_string_append_printf (text, " %3d%%", (int) (progress * 100));
}

static void
append_bar (GString *text,
            double progress)
{
  int filled = progress < 0 ? 0 : (int) (progress * BAR_COLUMNS);

  g_string_append_c (text, '[');
  for (int i = 0; i < BAR_COLUMNS; i++)
    g_string_append_c (text, i < filled ? '#' : '.');
  g_string_append_c (text, ']');
}

/* A line of the table. The name and what there is to say may be any text. */
static void
append_line (GString *screen,
             const char *name,
             double progress,
             const char *text)
{
  g_autofree char *safe_name = checksum_text_escape (name);
  g_autofree char *safe_text = checksum_text_escape (text);

  g_string_append_printf (screen, "%-*s ", NAME_COLUMNS, safe_name);
  append_bar (screen, progress);
  append_percent (screen, progress);
  g_string_append_printf (screen, "  %s" ERASE_LINE_END "\n", safe_text);
}

static char *
checksum_printer_get_caption (ChecksumPrinter *self)
{
  return self->caption_func ? self->caption_func (self->caption_data) : g_strdup ("");
}

/* The cursor goes to where the lines begin; what is written next replaces them. */
static void
checksum_printer_append_home (ChecksumPrinter *self,
                              GString *screen)
{
  g_string_append_c (screen, '\r');
  if (self->n_lines > 0)
    g_string_append_printf (screen, CURSOR_UP, self->n_lines);
  self->n_lines = 0;
}

static void
checksum_printer_draw_terminal (ChecksumPrinter *self)
{
  g_autoptr (GString) screen = g_string_new (NULL);
  g_autofree char *caption = checksum_printer_get_caption (self);
  guint lines = MAX (terminal_rows (), 3) - 2;
  guint n_lines = 0;

  checksum_printer_append_home (self, screen);
  g_string_append (screen, WRAP_OFF);
  for (guint i = 0; i < self->rows->len && n_lines + 1 < lines; i++) {
    MyThread *thread = g_ptr_array_index (self->rows, i);
    g_autofree char *name = NULL;
    g_autofree char *status = NULL;

    if (!thread)
      continue;
    name = my_thread_dup_name (thread);
    status = my_thread_dup_status (thread);
    append_line (screen, name, my_thread_get_progress (thread), status ? status : "");
    n_lines++;
  }
  append_line (screen, my_thread_group_get_name (self->group),
               my_thread_group_get_progress (self->group), caption);
  n_lines++;
  g_string_append (screen, WRAP_ON ERASE_SCREEN_END);

  self->n_lines = n_lines;
  fputs (screen->str, stderr);
  fflush (stderr);
}

static void
checksum_printer_draw_plain (ChecksumPrinter *self)
{
  g_autoptr (GString) line = g_string_new (my_thread_group_get_name (self->group));
  g_autofree char *caption = checksum_printer_get_caption (self);
  g_autofree char *safe_caption = checksum_text_escape (caption);

  g_string_append_c (line, ':');
  append_percent (line, my_thread_group_get_progress (self->group));
  g_string_append_printf (line, ", %s\n", safe_caption);
  fputs (line->str, stderr);
}

static gboolean
on_timeout (gpointer user_data)
{
  ChecksumPrinter *self = user_data;

  self->timeout_id = 0;
  if (self->is_terminal)
    checksum_printer_draw_terminal (self);
  else
    checksum_printer_draw_plain (self);
  return G_SOURCE_REMOVE;
}

/* However much is going on, it is drawn only so often. */
static void
checksum_printer_changed (ChecksumPrinter *self)
{
  if (self->is_stopped || self->timeout_id != 0)
    return;
  self->timeout_id = g_timeout_add (self->is_terminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS, on_timeout, self);
}

/* The rows keep their places, so that a line on the screen stays with its thread:
 * the next one takes the row of one that has finished. */
static void
on_started (MyThread *thread,
            ChecksumPrinter *self)
{
  guint row;

  if (!g_ptr_array_find (self->rows, NULL, &row)) {
    row = self->rows->len;
    g_ptr_array_add (self->rows, NULL);
  }
  self->rows->pdata[row] = g_object_ref (thread);
  checksum_printer_changed (self);
}

static void
on_finished (MyThread *thread,
             ChecksumPrinter *self)
{
  guint row;

  if (g_ptr_array_find (self->rows, thread, &row))
    g_object_unref (g_steal_pointer (&self->rows->pdata[row]));
  checksum_printer_changed (self);
}

static void
on_items_changed (GListModel *threads,
                  guint position,
                  guint n_removed,
                  guint n_added,
                  ChecksumPrinter *self)
{
  for (guint i = position; i < position + n_added; i++) {
    g_autoptr (MyThread) thread = g_list_model_get_item (threads, i);

    g_signal_connect_object (thread, "started", G_CALLBACK (on_started), self, 0);
    g_signal_connect_object (thread, "finished", G_CALLBACK (on_finished), self, 0);
    g_signal_connect_object (thread, "notify::progress", G_CALLBACK (checksum_printer_changed), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (thread, "notify::status", G_CALLBACK (checksum_printer_changed), self, G_CONNECT_SWAPPED);
  }
}

static void
clear_row (gpointer thread)
{
  g_clear_object (&thread);
}

static void
checksum_printer_finalize (GObject *object)
{
  ChecksumPrinter *self = CHECKSUM_PRINTER (object);

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_ptr_array_unref (self->rows);
  g_object_unref (self->group);

  G_OBJECT_CLASS (checksum_printer_parent_class)->finalize (object);
}

static void
checksum_printer_class_init (ChecksumPrinterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = checksum_printer_finalize;
}

static void
checksum_printer_init (ChecksumPrinter *self)
{
  self->rows = g_ptr_array_new_with_free_func (clear_row);
}

/* Prints to standard error; if quiet, nothing but messages. */
ChecksumPrinter *
checksum_printer_new (MyThreadGroup *group,
                      gboolean is_quiet)
{
  ChecksumPrinter *self = g_object_new (CHECKSUM_TYPE_PRINTER, NULL);

  self->group = g_object_ref (group);
  self->is_quiet = is_quiet;
  self->is_stopped = is_quiet;
  self->is_terminal = isatty (STDERR_FILENO) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
  if (!is_quiet)
    g_signal_connect_object (group, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  return self;
}

void
checksum_printer_set_caption (ChecksumPrinter *self,
                              ChecksumCaptionFunc func,
                              gpointer user_data)
{
  self->caption_func = func;
  self->caption_data = user_data;
}

/* Prints a line that stays, above those that move. */
void
checksum_printer_message (ChecksumPrinter *self,
                          const char *format,
                          ...)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_drawn = self->n_lines > 0;
  va_list arguments;

  if (is_drawn) {
    checksum_printer_append_home (self, text);
    g_string_append (text, ERASE_SCREEN_END);
  }
  va_start (arguments, format);
  g_string_append_vprintf (text, format, arguments);
  va_end (arguments);
  g_string_append_c (text, '\n');
  fputs (text->str, stderr);
  if (is_drawn && !self->is_stopped)
    checksum_printer_draw_terminal (self);
}

/* Takes the moving lines away, for good. */
void
checksum_printer_stop (ChecksumPrinter *self)
{
  self->is_stopped = TRUE;
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (self->n_lines > 0) {
    g_autoptr (GString) text = g_string_new (NULL);

    checksum_printer_append_home (self, text);
    /* Ctrl-C throws away what the terminal has not shown yet, and with it perhaps the end of the last screen. */
    fprintf (stderr, WRAP_ON "%s" ERASE_SCREEN_END, text->str);
    fflush (stderr);
  }
}
